from hypothesis import settings

# A busy machine is no fault of the domain: examples have no deadline of their own.
settings.register_profile("domain", deadline=None)
settings.load_profile("domain")

# The service, and what makes its backups, as two images: docker build --target service|backup (docs/deployment.md).
#
# Pinned by its exact version here; a release adds the digest it has looked up:
# --build-arg PYTHON_IMAGE=python:3.11.16-slim-trixie@sha256:…
ARG PYTHON_IMAGE=python:3.11.16-slim-trixie

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# The locks first: these layers stay as they are until a dependency changes. Wheels only, so that nothing is compiled.
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python -m venv --without-pip /opt/context-handling \
    && python -m pip --python /opt/context-handling/bin/python install \
        --require-hashes --no-deps --only-binary :all: -r requirements/runtime.txt \
    && python -m pip install --require-hashes --no-deps --only-binary :all: -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY alembic alembic
COPY examples examples
COPY src src
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/context-handling/bin/python install --no-deps dist/*.whl

FROM ${PYTHON_IMAGE} AS runtime
# What runs installs nothing: no pip, and no copy of it to bring it back.
RUN python -m pip uninstall --yes --root-user-action ignore pip setuptools wheel \
    && rm -rf /usr/local/lib/python3.11/ensurepip \
    && groupadd --gid 10001 context-handling \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin context-handling
COPY --from=build /opt/context-handling /opt/context-handling
COPY examples/catalogue.yaml /app/examples/catalogue.yaml
COPY deploy/container/healthcheck.py /app/healthcheck.py
WORKDIR /app
ENV PATH=/opt/context-handling/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    API_HOST=0.0.0.0
USER 10001:10001
ENTRYPOINT ["context-handling"]

FROM runtime AS backup
USER 0:0
# pg_dump dumps servers of its own version and older ones; this is the newest that the base's Debian has.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17=17.* \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
CMD ["backup", "--to", "/backups"]

# The last one is what a build without --target makes.
FROM runtime AS service
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="context-handling" \
    org.opencontainers.image.description="Remembers how a companion robot and a child get along" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
EXPOSE 30020
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["python", "-I", "/app/healthcheck.py"]
CMD ["serve"]

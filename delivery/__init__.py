"""What the pipeline runs besides make: judgements on a change or a rollout. Standard library only, no service."""

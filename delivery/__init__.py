"""What the pipeline runs besides make: judgements on a change, on its files, and on a rollout."""

#!/bin/sh
# Lets a new version answer a tenth of the requests, and all of them only if Prometheus says that it is no worse.
# Whatever happens, no canary is left behind, and the stable version stays unless the verdict is a clear yes.
#
#   RELEASE         the stable Helm release (context-handling)      NAMESPACE       where it runs
#   CHART           the chart (charts/context-handling)             IMAGE_TAG       the new version
#   PROMETHEUS_URL  who is asked (PROMETHEUS_TOKEN, if it wants one)  IMAGE_DIGEST    of its image, sha256:…
# Arguments are handed to `python3 -m delivery.canary`: --looks, --pause, --window, --fewest-requests.
set -eu
cd "$(dirname "$0")/../.."
: "${NAMESPACE:?}" "${IMAGE_TAG:?}" "${IMAGE_DIGEST:?}" "${PROMETHEUS_URL:?}"
stable="${RELEASE:-context-handling}"
chart="${CHART:-charts/context-handling}"
canary="$stable-canary"
# The chart names a Service after its release then, and series are told apart by their Service.
case "$stable" in
*context-handling*) ;;
*) echo "rollout: the name of the release has to contain context-handling, not $stable" >&2; exit 64 ;;
esac
image="image.tag=$IMAGE_TAG,image.digest=$IMAGE_DIGEST"
values=$(mktemp)

in_namespace() { command=$1; shift; helm "$command" --namespace "$NAMESPACE" "$@"; }
judge=
clean_up() {
    rm -f "$values"
    [ -z "$judge" ] || kill "$judge" 2>/dev/null || true
    in_namespace uninstall "$canary" --ignore-not-found --wait
}
# A run that is cancelled ends like any other.
trap 'exit 143' TERM
trap 'exit 130' INT
trap clean_up EXIT

# The canary is what the stable release will be: its settings, the new image, a tenth of the requests.
in_namespace get values "$stable" --output yaml >"$values"
# The chart's hook brings the schema up to date here. It stays so: the version before lives with it (CONTRIBUTING.md).
in_namespace upgrade "$canary" "$chart" --install --values "$values" --values deploy/canary/values.yaml \
    --set-string "$image" --wait --timeout 5m

python3 -m delivery.canary --prometheus "$PROMETHEUS_URL" \
    --canary "namespace=\"$NAMESPACE\",service=\"$canary\"" --stable "namespace=\"$NAMESPACE\",service=\"$stable\"" "$@" &
judge=$! # in the background, so that a signal is heard at once
wait "$judge"
judge=

# A version that does not become ready is taken back by Helm, under the name that this one has for it.
case "$(helm upgrade --help)" in
*--rollback-on-failure*) take_back=--rollback-on-failure ;; # since Helm 4, where the other name is deprecated
*) take_back=--atomic ;;
esac
in_namespace upgrade "$stable" "$chart" --values "$values" --set-string "$image" "$take_back" --timeout 10m

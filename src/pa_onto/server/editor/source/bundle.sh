#!/bin/sh
# Bundle the sources beside this file into ../assets; the packages stay in a folder that goes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.js "$here"/*.mjs "$here"/*.json "$work"
cd "$work"
npm ci --no-audit --no-fund --silent
node bundle.mjs "$here/../assets"

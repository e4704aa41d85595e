#!/bin/sh
# Installs what tests and measurements need and a machine with Go, Node and a package manager may lack: Chromium, fonts
# for Chinese, and the Node packages of web/package.json. Whatever is there already stays as it is.
set -eu
cd "$(dirname "$0")/.."

say() { echo "deps: $*" >&2; }

browser() {
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		command -v "$name" >/dev/null 2>&1 && return 0
	done
	[ -n "${CHROME:-}" ] && [ -x "$CHROME" ]
}

if ! browser; then
	root=""
	[ "$(id -u)" -eq 0 ] || root="sudo -n"
	if command -v apt-get >/dev/null 2>&1 && $root true 2>/dev/null; then
		say "installing Chromium and fonts with apt-get"
		$root apt-get update -qq
		$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
	else
		say "no Chromium found, and no way to install it here. Install Chromium, or name a browser: CHROME=/path/to/chrome make test"
		exit 1
	fi
fi

if ! command -v "${CC:-cc}" >/dev/null 2>&1; then
	say "no C compiler: Go's race detector needs one (apt-get install gcc libc6-dev)"
	exit 1
fi
if ! command -v npm >/dev/null 2>&1; then
	say "npm is missing: install Node.js 20 or later"
	exit 1
fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	say "installing Node packages"
	npm ci --no-audit --no-fund --silent
	touch node_modules/.package-lock.json
fi

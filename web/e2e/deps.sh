#!/bin/sh
# Installs what tests and measurements need besides Go, Node and a package manager: Chromium, Firefox, WebKitGTK with
# its driver and a virtual screen, PostgreSQL, fonts for Chinese, Java and org.json for the Kotlin hosts, Prometheus'
# promtool, and the Node packages of web/package.json, Kotlin's compiler among them. It does not change what is
# installed already. Chromium's headless shell is Chromium without windows of its own: the tests need it only to be
# faster.
set -eu
cd "$(dirname "$0")/.."

say() { echo "deps: $*" >&2; }

browser() {
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		command -v "$name" >/dev/null 2>&1 && return 0
	done
	[ -n "${CHROME:-}" ] && [ -x "$CHROME" ]
}

install_packages() {
	root=""
	[ "$(id -u)" -eq 0 ] || root="sudo -n"
	command -v apt-get >/dev/null 2>&1 && $root true 2>/dev/null || return 1
	say "installing with apt-get:" "$@"
	$root apt-get update -qq
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

missing=""
browser || missing="chromium"
[ -n "$(fc-list :lang=zh family 2>/dev/null)" ] || missing="$missing fontconfig fonts-noto-cjk"
command -v firefox-esr >/dev/null 2>&1 || missing="$missing firefox-esr"
command -v WebKitWebDriver >/dev/null 2>&1 || missing="$missing webkit2gtk-driver"
command -v xvfb-run >/dev/null 2>&1 || missing="$missing xvfb xauth"
command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 ||
	missing="$missing postgresql"
command -v javac >/dev/null 2>&1 || missing="$missing default-jdk-headless"
[ -e /usr/share/java/json-android.jar ] || missing="$missing libandroid-json-org-java"

if [ -n "$missing" ] && ! install_packages $missing; then
	say "install these packages (Debian's names):" $missing
	say "if you have another Chromium, set CHROME=/path/to/chrome"
	exit 1
fi
if [ -z "${CHROME:-}" ] && ! command -v chromium-headless-shell >/dev/null 2>&1; then
	install_packages chromium-headless-shell || say "without chromium-headless-shell the browser tests take longer"
fi

# Prometheus checks the alerts of the documentation. Only its tool is taken: the package would start a server.
if ! command -v promtool >/dev/null 2>&1 && [ ! -x ../bin/promtool ]; then
	mkdir -p ../bin
	download() { (cd ../bin && apt-get download -qq prometheus 2>/dev/null); }
	if ! download && ! { install_packages && download; }; then
		say "promtool is missing: install Prometheus"
		exit 1
	fi
	dpkg-deb --fsys-tarfile ../bin/prometheus_*.deb | tar -x -C ../bin --strip-components=3 ./usr/bin/promtool
	rm ../bin/prometheus_*.deb
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
	npm ci --no-audit --no-fund --silent --ignore-scripts
	touch node_modules/.package-lock.json
fi

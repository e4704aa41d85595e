// Package hosts holds an Android and an iOS app that ask at their first launch, to be copied: FirstLaunch.kt and
// FirstLaunch.swift show the page, and NativeFirstLayer.kt asks before any WebView exists. Tests hold their messages to
// assets/schema/bridge.json, compile the Kotlin, run its native first
// layer, and the TypeScript of the one for HarmonyOS.
package hosts

import "embed"

// Files are the sources.
//
//go:embed *.kt *.swift *.ets *.ts
var Files embed.FS

// Package hosts holds apps that ask at their first launch, to be copied: FirstLaunch.kt and FirstLaunch.swift show the
// page, and NativeFirstLayer.kt, .swift and .ets ask before any WebView exists. SystemState.ts maps what systems say
// about privacy to what an app may do. The folder miniprogram is a component for WeChat. Tests hold the messages to
// assets/schema/bridge.json, compile the Kotlin, run its native first layer and the TypeScript, and check the syntax of
// the Swift and the ArkTS, which no compiler with the platform's libraries has seen.
package hosts

import "embed"

//go:generate go run ./build

// Files are the sources.
//
//go:embed *.kt *.swift *.ets *.ts
var Files embed.FS

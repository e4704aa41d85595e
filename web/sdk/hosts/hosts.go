// Package hosts holds an Android and an iOS app that ask at their first launch, to be copied: FirstLaunch.kt and
// FirstLaunch.swift. A test holds the messages in them to assets/schema/bridge.json.
package hosts

import "embed"

// Files are the two sources.
//
//go:embed FirstLaunch.kt FirstLaunch.swift
var Files embed.FS

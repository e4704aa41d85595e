// What iOS says about tracking, and what an app may do then: only what the person granted here and the system allows.
// It has the rule of gateTracking in SystemState.ts. Our tests read this file and can't compile it.
import AppTrackingTransparency

/// Whether a purpose is on, and what to do next: have the system ask, or offer its settings.
enum Gate { case on, off, prompt, settings }

/// A purpose that tracks (`tracking` of the policy) needs App Tracking Transparency too. Ask the system only after
/// .prompt, and while the app is active.
func gateTracking(answer: String, isTracking: Bool, status: ATTrackingManager.AuthorizationStatus) -> Gate {
    guard answer == "granted" else { return .off }
    guard isTracking else { return .on }
    switch status {
    case .authorized: return .on
    case .notDetermined: return .prompt
    case .denied: return .settings
    default: return .off
    }
}

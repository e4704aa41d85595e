// What Android says about a permission, and what an app may do then: only what the person granted here and the system
// allows. It has the rules of SystemState.ts; testdata/system_states.json has every case.
package com.example.firstlaunch

/** Whether a purpose is on, and what to do next: have the system ask, or offer its settings. */
enum class Gate(val isOn: Boolean, val next: String) {
    ON(true, "nothing"), OFF(false, "nothing"), PROMPT(false, "prompt"), SETTINGS(false, "settings")
}

/**
 * What an app knows of a permission: checkSelfPermission, shouldShowRequestPermissionRationale, and what it stored of
 * isRefused after each dialog.
 */
data class Permission(val isGranted: Boolean, val canExplain: Boolean, val wasRefused: Boolean) {
    /** Whether the person refused. A dialog that was swiped away is no answer, and a second refusal looks like it. */
    val isRefused = !isGranted && (canExplain || wasRefused)

    /** What nod:hello says. */
    val description = if (isGranted) "granted" else if (isRefused) "denied" else "prompt"
}

/** A purpose that shows notifications needs POST_NOTIFICATIONS too, since version 33. Before, there is no dialog. */
fun gateNotifications(answer: String, version: Int, permission: Permission) = when {
    answer != "granted" -> Gate.OFF
    permission.isGranted -> Gate.ON
    version < 33 || permission.isRefused -> Gate.SETTINGS
    else -> Gate.PROMPT
}

// How an Android app asks at its first launch: the package that "nod bundle --platform android" wrote, in assets/nod,
// shown by a WebView under a virtual https origin. Copy it with NativeAnswer.kt and SystemState.kt, and put your own
// package, key and screens in. It needs androidx.activity and androidx.webkit. Start it for its result: RESULT_OK after
// a decision or a "go on", RESULT_CANCELED where nothing was decided, BROKEN where nothing could be asked. Nothing runs
// before the first. Before a WebView exists, NativeFirstLayer asks: it opens this one after a yes.
package com.example.firstlaunch

import android.content.ActivityNotFoundException
import android.content.Intent
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.net.Uri
import android.os.Bundle
import android.provider.Settings
import android.util.AtomicFile
import android.webkit.RenderProcessGoneDetail
import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import android.webkit.WebView
import android.webkit.WebViewClient
import androidx.activity.ComponentActivity
import androidx.activity.addCallback
import androidx.webkit.JavaScriptReplyProxy
import androidx.webkit.ScriptHandler
import androidx.webkit.WebViewAssetLoader
import androidx.webkit.WebViewCompat
import androidx.webkit.WebViewFeature
import org.json.JSONObject
import java.io.File

const val ORIGIN = "https://appassets.androidplatform.net" // in first_launch.origins of the site
val PAGE get() = "$ORIGIN/assets/nod/$SITE/$language/first-launch.html?platform=android"
const val SERVER = "https://consent.example.com/"

// By the ids of the policy: what the system calls a permission, and how an SDK is started.
val PERMISSIONS = mapOf("camera" to "android.permission.CAMERA")
val SDKS = mapOf("bugly" to { /* CrashReport.initCrashReport(…) */ })
private val started = mutableSetOf<String>()

class FirstLaunch : ComponentActivity() {
    private val files by lazy { SignedPackage(assets) }
    private val answers by lazy { NativeAnswers(noBackupFilesDir) }
    private lateinit var web: WebView
    private var early: ScriptHandler? = null
    private var page: JavaScriptReplyProxy? = null
    private var decided = false

    /** Permissions that the person turned down. */
    private val refused by lazy { getSharedPreferences("nod-refused", MODE_PRIVATE) }

    /** What the page had the app keep, which no backup takes to another device. */
    private val kept by lazy { AtomicFile(File(noBackupFilesDir, "nod.json")) }

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        val needed = listOf(WebViewFeature.WEB_MESSAGE_LISTENER, WebViewFeature.DOCUMENT_START_SCRIPT)
        if (!files.isWhole() || !needed.all(WebViewFeature::isFeatureSupported)) {
            setResult(BROKEN)
            return finish()
        }
        onBackPressedDispatcher.addCallback(this) {
            if (page == null) moveTaskToBack(true) else say(JSONObject("""{"v": 1, "type": "nod:back"}"""))
        }
        show(saved)
    }

    private fun show(saved: Bundle?) {
        web = WebView(this)
        setContentView(web)
        web.settings.javaScriptEnabled = true
        val handler = PackageHandler(this, files.paths)
        val loader = WebViewAssetLoader.Builder().addPathHandler("/assets/nod/", handler).build()
        web.webViewClient = object : WebViewClient() {
            override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest) =
                loader.shouldInterceptRequest(request.url)

            // No other page is shown in here: others open in the browser.
            override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean {
                val own = request.url.toString().startsWith("$ORIGIN/")
                if (!own) go(Intent(Intent.ACTION_VIEW, request.url))
                return !own || request.isForMainFrame && request.url.path != Uri.parse(PAGE).path
            }

            // The system took the page's process. What was decided is stored, so the page starts again.
            override fun onRenderProcessGone(view: WebView, detail: RenderProcessGoneDetail): Boolean {
                page = null
                show(null)
                view.destroy()
                return true
            }
        }
        // Both reach pages of this origin alone, and the main frame.
        early = null
        give()
        WebViewCompat.addWebMessageListener(web, "NodBridge", setOf(ORIGIN)) { _, message, _, isMainFrame, reply ->
            if (isMainFrame) heard(JSONObject(message.data ?: "{}"), reply)
        }
        if (saved == null || web.restoreState(saved) == null) web.loadUrl(PAGE)
    }

    /** What was stored is there before the page's own scripts, also where the page is loaded again. */
    private fun give() {
        early?.remove()
        val external = runCatching { String(kept.readFully()) }.getOrNull()?.let { "window.nodExternal = $it; " } ?: ""
        val script = "if (window == top) { ${external}window.nodFirst = ${answers.waiting} }"
        early = WebViewCompat.addDocumentStartJavaScript(web, script, setOf(ORIGIN))
    }

    private fun go(screen: Intent) = try {
        startActivity(screen)
    } catch (e: ActivityNotFoundException) {
        // This device has no such screen.
    }

    private fun heard(m: JSONObject, reply: JavaScriptReplyProxy) {
        if (m.optInt("v") != 1) return
        page = reply
        // Before anything else: a decision must not be lost when the app is killed.
        m.optJSONObject("external")?.let { state ->
            runCatching {
                val file = kept.startWrite()
                file.write(state.toString().toByteArray())
                kept.finishWrite(file)
            }.onSuccess { answers.drop(state.optString("first")) }
            give()
        }
        when (m.optString("type")) {
            "nod:ready" -> {
                decided = m.optBoolean("decided")
                hello()
                if (decided) SDKS.keys.forEach {
                    say(JSONObject("""{"v": 1, "type": "nod:sdk", "sdk": ""}""").put("sdk", it))
                }
            }
            "nod:decision" -> {
                decided = true
                answers.note(m.optString("action"), m.optString("policy"))
                m.optJSONObject("sdks")?.let { all -> SDKS.keys.forEach { start(it, all.optString(it)) } }
            }
            // Where the app needs an SDK that has a question of its own, it says "ask": true with nod:sdk.
            "nod:sdk" -> start(m.optString("sdk"), m.optString("state"))
            "nod:permission" -> PERMISSIONS[m.optString("permission")]?.let {
                if (m.optString("state") == "granted") requestPermissions(arrayOf(it), 1)
            }
            "nod:openSettings" -> go(
                Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null))
            )
            "nod:openURL" -> m.optString("url").let {
                if (it.startsWith(SERVER)) go(Intent(Intent.ACTION_VIEW, Uri.parse(it)))
            }
            // The app goes on, in its basic mode too; not where somebody goes back who decided nothing.
            "nod:close" -> if (m.optString("reason") == "back" && !decided) moveTaskToBack(true) else {
                setResult(RESULT_OK)
                finish()
            }
        }
    }

    private fun say(m: JSONObject) = page?.postMessage(m.toString())

    /** What the page can't know: also after the system's dialog, and after its settings. */
    private fun hello() {
        val system = JSONObject()
        PERMISSIONS.forEach { (id, name) -> system.put(id, stateOf(name).description) }
        val message = JSONObject(
            """{"v": 1, "type": "nod:hello", "platform": "android", "app": "1.0", "locale": "zh-CN"}"""
        )
        say(message.put("permissions", system))
    }

    override fun onResume() {
        super.onResume()
        if (page != null) hello()
    }

    // "denied" is a withdrawal, so it is only for what the person turned down. After "only this time", or where the
    // app was not used for long, the system asks again: that is "prompt".
    private fun stateOf(name: String) = Permission(
        checkSelfPermission(name) == PERMISSION_GRANTED, shouldShowRequestPermissionRationale(name),
        refused.getBoolean(name, false)
    )

    override fun onRequestPermissionsResult(code: Int, names: Array<String>, results: IntArray) {
        val edit = refused.edit()
        names.forEach { edit.putBoolean(it, stateOf(it).isRefused) }
        edit.apply()
        hello()
    }

    /**
     * The app is about to ask for the camera, and shows the page: it asks first. Where the page is gone, PAGE is shown
     * with "&permission=camera".
     */
    fun needCamera() =
        say(JSONObject("""{"v": 1, "type": "nod:permission", "permission": "camera", "state": "prompt"}"""))

    private fun start(sdk: String, state: String) {
        if (state == "granted" && started.add(sdk)) SDKS[sdk]?.invoke()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        web.saveState(out) // the screen that was seen, and nothing that was chosen
    }
}

/** Serves the files of the package, and no others. */
class PackageHandler(app: ComponentActivity, private val paths: Set<String>) : WebViewAssetLoader.PathHandler {
    private val assets = WebViewAssetLoader.AssetsPathHandler(app)

    override fun handle(path: String): WebResourceResponse =
        (if (path in paths) assets.handle("nod/$path") else null)
            ?: WebResourceResponse(null, null, null) // the package has no such file
}

// How an Android app asks at its first launch: the package that "nod bundle --platform android" wrote, in assets/nod, shown by a WebView under
// a virtual https origin. Copy it, and put your own package, key and screens in. It needs androidx.webkit 1.12 and Android 13 (for Ed25519;
// before that, Tink or BouncyCastle check the signature).
package com.example.firstlaunch

import android.app.Activity
import android.content.Intent
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.net.Uri
import android.os.Bundle
import android.provider.Settings
import android.util.Base64
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.webkit.WebViewClient
import androidx.webkit.JavaScriptReplyProxy
import androidx.webkit.WebViewAssetLoader
import androidx.webkit.WebViewCompat
import org.json.JSONObject
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.X509EncodedKeySpec

const val ORIGIN = "https://appassets.androidplatform.net" // in first_launch.origins of the site
const val PAGE = "$ORIGIN/assets/nod/yunzhijia/zh-CN/first-launch.html?platform=android"
const val SERVER = "https://consent.example.com/"
const val KEY = "the 32 bytes that nod bundle printed, as base64"

// By the ids of the policy: what the system calls a permission, and how an SDK is started, which it is once.
val PERMISSIONS = mapOf("camera" to "android.permission.CAMERA")
val SDKS = mapOf("bugly" to { /* CrashReport.initCrashReport(…) */ })

class FirstLaunch : Activity() {
    private lateinit var web: WebView
    private var page: JavaScriptReplyProxy? = null
    private var decided = false
    private val kept by lazy { getSharedPreferences("nod", MODE_PRIVATE) } // what the page had the app keep

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        if (!Package(this).isWhole()) return finish() // nothing was asked, so nothing runs
        web = WebView(this)
        setContentView(web)
        web.settings.javaScriptEnabled = true
        val files = WebViewAssetLoader.Builder().addPathHandler("/assets/", WebViewAssetLoader.AssetsPathHandler(this)).build()
        web.webViewClient = object : WebViewClient() {
            override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest) = files.shouldInterceptRequest(request.url)

            // No other page is shown in here: others open in the browser.
            override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean {
                if (request.url.toString().startsWith("$ORIGIN/")) return false
                startActivity(Intent(Intent.ACTION_VIEW, request.url))
                return true
            }
        }
        // Both reach pages of this origin alone, and the main frame; what was kept is there before the page's own scripts.
        kept.getString("external", null)?.let {
            WebViewCompat.addDocumentStartJavaScript(web, "if (window == top) window.nodExternal = $it", setOf(ORIGIN))
        }
        WebViewCompat.addWebMessageListener(web, "NodBridge", setOf(ORIGIN)) { _, message, _, isMainFrame, reply ->
            if (isMainFrame) heard(JSONObject(message.data ?: "{}"), reply)
        }
        if (saved == null) web.loadUrl(PAGE) else web.restoreState(saved)
    }

    private fun heard(m: JSONObject, reply: JavaScriptReplyProxy) {
        if (m.optInt("v") != 1) return
        page = reply
        // Before anything else: a decision must not be lost when the app is killed.
        m.optJSONObject("external")?.let { kept.edit().putString("external", it.toString()).commit() }
        when (m.optString("type")) {
            "nod:ready" -> {
                decided = m.optBoolean("decided")
                hello()
                if (decided) SDKS.keys.forEach { say(JSONObject("""{"v": 1, "type": "nod:sdk", "sdk": ""}""").put("sdk", it)) }
            }
            "nod:decision" -> {
                decided = true
                m.optJSONObject("sdks")?.let { all -> SDKS.keys.forEach { start(it, all.optString(it)) } }
            }
            "nod:sdk" -> start(m.optString("sdk"), m.optString("state"))
            "nod:permission" -> PERMISSIONS[m.optString("permission")]?.let { if (m.optString("state") == "granted") requestPermissions(arrayOf(it), 1) }
            "nod:openSettings" -> startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null)))
            "nod:openURL" -> m.optString("url").let { if (it.startsWith(SERVER)) startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(it))) }
            // The app goes on, in its basic mode too; not where somebody goes back who decided nothing.
            "nod:close" -> if (m.optString("reason") == "back" && !decided) moveTaskToBack(true) else finish()
        }
    }

    private fun say(m: JSONObject) = page?.postMessage(m.toString())

    /** What the page can't know: also after the system's dialog, and after its settings. */
    private fun hello() {
        val system = JSONObject()
        PERMISSIONS.forEach { (id, name) -> system.put(id, if (checkSelfPermission(name) == PERMISSION_GRANTED) "granted" else "prompt") }
        say(JSONObject("""{"v": 1, "type": "nod:hello", "platform": "android", "app": "1.0", "locale": "zh-CN"}""").put("permissions", system))
    }

    override fun onResume() {
        super.onResume()
        if (page != null) hello()
    }

    override fun onRequestPermissionsResult(code: Int, names: Array<String>, results: IntArray) = hello()

    /** The app is about to ask for the camera, and shows the page: it asks first. Where the page is gone, PAGE is shown with "&permission=camera". */
    fun needCamera() = say(JSONObject("""{"v": 1, "type": "nod:permission", "permission": "camera", "state": "prompt"}"""))

    private fun start(sdk: String, state: String) {
        if (state == "granted") SDKS[sdk]?.invoke()
    }

    @Deprecated("of Activity")
    override fun onBackPressed() {
        say(JSONObject("""{"v": 1, "type": "nod:back"}""")) ?: super.onBackPressed()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        web.saveState(out) // the screen that was seen, and nothing that was chosen
    }
}

/** The package in the app's assets, as it was signed. */
class Package(private val app: Activity) {
    fun isWhole(): Boolean = runCatching {
        val manifest = read("manifest.json")
        val der = Base64.decode("MCowBQYDK2VwAyEA", Base64.DEFAULT) + Base64.decode(KEY, Base64.DEFAULT) // RFC 8410: this is an Ed25519 key
        val check = Signature.getInstance("Ed25519")
        check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(X509EncodedKeySpec(der)))
        check.update(manifest)
        if (!check.verify(Base64.decode(read("manifest.sig"), Base64.DEFAULT))) return false
        val files = JSONObject(String(manifest)).getJSONArray("files")
        (0 until files.length()).map(files::getJSONObject).all {
            val sum = MessageDigest.getInstance("SHA-384").digest(read(it.getString("path")))
            it.getString("integrity") == "sha384-" + Base64.encodeToString(sum, Base64.NO_WRAP)
        }
    }.getOrDefault(false)

    private fun read(path: String) = app.assets.open("nod/$path").use { it.readBytes() }
}

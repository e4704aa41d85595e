// How an Android app asks at its first launch: the package that "nod bundle --platform android" wrote, in assets/nod, shown by a WebView under
// a virtual https origin. Copy it, and put your own package, key and screens in. It needs androidx.webkit 1.12 and Android 13 (for Ed25519;
// before that, Tink or BouncyCastle check the signature).
package com.example.firstlaunch

import android.app.Activity
import android.content.Intent
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

class FirstLaunch : Activity() {
    private lateinit var web: WebView
    private var page: JavaScriptReplyProxy? = null
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
        when (m.getString("type")) {
            "nod:ready" -> say(JSONObject("""{"v": 1, "type": "nod:hello", "platform": "android", "app": "1.0", "locale": "zh-CN", "permissions": {"camera": "prompt"}}"""))
            "nod:decision" -> startSDKs(m.getJSONObject("sdks"))
            "nod:permission" -> if (m.getString("state") == "granted") requestPermissions(arrayOf("android.permission.CAMERA"), 1)
            "nod:openSettings" -> startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null)))
            "nod:openURL" -> m.getString("url").let { if (it.startsWith(SERVER)) startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(it))) }
            "nod:close" -> if (m.getString("reason") == "back") moveTaskToBack(true) else finish() // and the app goes on, in its basic mode too
        }
    }

    private fun say(m: JSONObject) = page?.postMessage(m.toString())

    /** The app is about to ask for the camera: the page asks first. */
    fun needCamera() = say(JSONObject("""{"v": 1, "type": "nod:permission", "permission": "camera", "state": "prompt"}"""))

    private fun startSDKs(states: JSONObject) {
        if (states.optString("bugly") == "granted") { /* CrashReport.initCrashReport(…) */ }
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

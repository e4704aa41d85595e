// What NativeFirstLayer.kt and FirstLaunch.kt share: the package as it was signed, and the answers that were tapped. It
// needs Tink (tink-android), which has Ed25519 on every Android, and Android 8. It makes no request, and asks the
// system nothing about the device or other apps.
package com.example.firstlaunch

import android.content.res.AssetManager
import android.util.AtomicFile
import android.util.Base64
import android.util.Log
import com.google.crypto.tink.subtle.Ed25519Verify
import org.json.JSONArray
import org.json.JSONObject
import java.io.File
import java.nio.ByteBuffer
import java.security.MessageDigest
import java.security.SecureRandom
import java.time.Instant
import java.util.UUID

const val SITE = "yunzhijia"
const val POLICY = "2023-11-23" // the oldest that may be shown
const val KEY = "the 32 bytes that nod bundle printed, as base64"
/** Of the first layer and of the page: one of the manifest's languages. Set it before you start either. */
var language = "zh-CN"
const val BROKEN = 1 // result: the package is not as it was signed, or the system's WebView is too old

fun JSONArray.objects(): List<JSONObject> = (0 until length()).map(::getJSONObject)

/** The package in the app's assets, as it was signed. */
class SignedPackage(private val assets: AssetManager) {
    /** What is wrong with the package; "" if it is whole. */
    var problem = "it was not checked"
        private set
    val paths = mutableSetOf<String>()

    fun isWhole(): Boolean {
        problem = runCatching(::check).getOrElse { "it can't be read: $it" }
        if (problem != "") Log.e("nod", "the package is not shown: $problem")
        return problem == ""
    }

    private fun check(): String {
        val manifest = read("manifest.json")
        val signature = Base64.decode(String(read("manifest.sig")).trim(), Base64.DEFAULT)
        runCatching { Ed25519Verify(Base64.decode(KEY, Base64.DEFAULT)).verify(signature, manifest) }
            .onFailure { return "manifest.sig: it is no signature with this app's key" }
        val list = JSONObject(String(manifest))
        if (list.getString("site") != SITE) return "it is of the site ${list.getString("site")}"
        if (list.getString("platform") != "android") return "it is for ${list.getString("platform")}"
        if (list.getString("policy") < POLICY) return "its policy ${list.getString("policy")} is older than $POLICY"
        list.getJSONArray("files").objects().forEach {
            val path = it.getString("path")
            paths += path
            val digest = MessageDigest.getInstance("SHA-384").digest(read(path))
            if (it.getString("integrity") != "sha384-" + Base64.encodeToString(digest, Base64.NO_WRAP)) {
                return "$path: it was changed"
            }
        }
        return ""
    }

    fun read(path: String): ByteArray = assets.open("nod/$path").use { it.readBytes() }

    fun readNative() = NativeDocument(read("$SITE/$language/native.json"))
}

/** native.json, and the content hash of what is drawn from it: of these very bytes. */
class NativeDocument(bytes: ByteArray) {
    val json = JSONObject(String(bytes))
    val policy: String = json.getString("policy")
    val presentation: String = MessageDigest.getInstance("SHA-256").run {
        val fields = listOf(json.getString("site"), "native", json.getString("language"), policy)
        val shown = listOf(json.getString("shown")).filter { it != "" }
        (fields.map(String::toByteArray) + bytes + ByteArray(0) + shown.map(String::toByteArray)).forEach {
            update(ByteBuffer.allocate(8).putLong(it.size.toLong()).array())
            update(it)
        }
        Base64.encodeToString(digest().copyOf(16), Base64.URL_SAFE or Base64.NO_PADDING or Base64.NO_WRAP)
    }

    /** Whether an answer to a version still stands. */
    fun holds(version: String): Boolean {
        val earlier = json.getJSONArray("holds")
        return version == policy || (0 until earlier.length()).any { earlier.getString(it) == version }
    }
}

/** The answers that were tapped, in a file that no backup takes to another device. The page makes decisions of them. */
class NativeAnswers(folder: File) {
    enum class Next { ASK, PAGE, BASIC }

    private val file = AtomicFile(File(folder, "nod-first.json"))
    private var state = runCatching { JSONObject(String(file.readFully())) }.getOrNull()?.takeIf(::isOwn)
        ?: JSONObject()

    /** For window.nodFirst: what no decision was made of yet. */
    val waiting: JSONArray get() = state.optJSONArray("answers") ?: JSONArray()

    private fun isOwn(read: JSONObject): Boolean {
        val fits = read.optInt("v") == 1 && read.optString("site") == SITE && read.optString("platform") == "android"
        if (!fits) Log.e("nod", "nod-first.json is of another version, site or platform: the question is asked again")
        return fits
    }

    /** What a start shows. No clock counts: a refusal stands until its version changes, or the person asks for more. */
    fun next(document: NativeDocument): Next {
        val stands = document.holds(state.optString("policy"))
        return when {
            !state.has("agreed") -> Next.ASK
            state.getBoolean("agreed") && waiting.length() == 0 -> Next.PAGE // which asks what newer versions changed
            !stands -> Next.ASK
            else -> if (state.getBoolean("agreed")) Next.PAGE else Next.BASIC
        }
    }

    /** Stores an answer, before anything else happens. Returns whether it is stored. */
    fun add(document: NativeDocument, agreed: Boolean): Boolean {
        val seed = ByteArray(64).also(SecureRandom()::nextBytes)
        val answer = JSONObject().put("v", 1).put("site", SITE).put("platform", "android")
            .put("id", UUID.randomUUID().toString()).put("agreed", agreed).put("policy", document.policy)
            .put("language", document.json.getString("language")).put("template", document.json.getString("template"))
            .put("presentation", document.presentation).put("at", Instant.now().toString())
            .put("seed", Base64.encodeToString(seed, Base64.URL_SAFE or Base64.NO_PADDING or Base64.NO_WRAP))
        val before = waiting.objects()
        val last = before.lastOrNull()
        val isAgain = last != null && last.optBoolean("agreed") == agreed && last.optString("policy") == document.policy
        return write(agreed, document.policy, (if (isAgain) before else before + answer).takeLast(10))
    }

    /** Decisions were made of the answers up to this one. */
    fun drop(id: String) {
        val all = waiting.objects()
        val done = all.indexOfFirst { it.optString("id") == id }
        if (done >= 0) write(state.optBoolean("agreed"), state.optString("policy"), all.drop(done + 1))
    }

    /** The person decided on the page: after a no to everything, later starts need no page either. */
    fun note(action: String, policy: String) {
        if (action == "accept_all" || action == "reject_all" || action == "withdraw") {
            write(action == "accept_all", policy, waiting.objects())
        }
    }

    private fun write(agreed: Boolean, policy: String, answers: List<JSONObject>): Boolean {
        val next = JSONObject().put("v", 1).put("site", SITE).put("platform", "android")
            .put("agreed", agreed).put("policy", policy).put("answers", JSONArray(answers))
        return runCatching {
            val out = file.startWrite()
            runCatching { out.write(next.toString().toByteArray()) }.onFailure { file.failWrite(out) }.getOrThrow()
            file.finishWrite(out)
            state = next
        }.onFailure { Log.e("nod", "an answer can't be stored", it) }.isSuccess
    }
}

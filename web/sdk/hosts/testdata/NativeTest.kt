// Runs the native first layer on a JVM: native_kotlin_test.go compiles it with the hosts and with android.txtar. Its
// argument is a folder with packages, each as an app's assets. Every line that it prints is a test that passed.
package com.example.firstlaunch

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.util.Log
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import org.json.JSONArray
import org.json.JSONObject
import stub.Forbidden
import java.io.File
import java.nio.file.Files

lateinit var packages: File

fun check(condition: Boolean, message: () -> String) {
    if (!condition) throw AssertionError(message())
}

fun test(name: String, run: () -> Unit) {
    Context.assets = File(packages, "whole")
    Context.folder = Files.createTempDirectory("nod").toFile()
    Log.lines.clear()
    language = "zh-CN"
    Forbidden.isAllowed = false
    Forbidden.calls = 0
    run()
    check(Forbidden.calls == 0) { "$name: ${Forbidden.calls} calls before the yes" }
    println("ok $name")
}

/** Starts the app, as the launcher or with what the screen before kept. */
fun start(saved: Bundle? = null, ask: Boolean = false): NativeFirstLayer {
    val app = NativeFirstLayer()
    app.intent = Intent().putExtra(ASK, ask)
    val onCreate = NativeFirstLayer::class.java.getDeclaredMethod("onCreate", Bundle::class.java)
    onCreate.apply { isAccessible = true }(app, saved)
    return app
}

fun rotate(app: NativeFirstLayer): NativeFirstLayer {
    val saved = Bundle()
    NativeFirstLayer::class.java.getDeclaredMethod("onSaveInstanceState", Bundle::class.java)
        .apply { isAccessible = true }(app, saved)
    return start(saved)
}

fun views(v: View): List<View> = listOf(v) + ((v as? ViewGroup)?.views?.flatMap(::views) ?: emptyList())
fun texts(app: Activity): List<String> = views(app.content).filterIsInstance<TextView>().map { it.text.toString() }

fun button(app: Activity, text: String): Button =
    views(app.content).filterIsInstance<Button>().first { it.text.toString() == text }

fun press(app: Activity, text: String) = button(app, text).run { listener.onClick(this) }

fun native(of: String = language) =
    JSONObject(File(packages, "whole/nod/$SITE/$of/native.json").readText())

fun textOf(block: JSONObject) = block.getJSONArray("text").objects().joinToString("") { it.getString("s") }

/** What is to be drawn, read without the code that draws. */
fun wanted(screen: JSONObject, more: List<String> = emptyList()): List<String> {
    fun of(blocks: JSONArray?): List<String> = blocks?.objects().orEmpty().flatMap {
        listOf(it.optString("mark")).filter(String::isNotEmpty) + textOf(it) + of(it.optJSONArray("blocks"))
    }
    val buttons = screen.getJSONArray("buttons").objects().map { it.getString("text") }
    return of(screen.getJSONArray("blocks")) + buttons + more
}

fun label(action: String, screen: JSONObject = native()) =
    screen.getJSONArray("buttons").objects().first { it.getString("do") == action }.getString("text")

fun link(page: String) = native().getJSONArray("blocks").objects().first { it.optString("page") == page }.let(::textOf)
fun kept() = JSONObject(File(Context.folder, "nod-first.json").readText())
fun same(what: String, got: Any?, want: Any?) = check(got == want) { "$what: $got, and not $want" }

fun drawing(languages: List<String>) {
    for (each in languages) test("the drawn texts are those of native.json in $each") {
        language = each
        val json = native(each)
        val app = start()
        same("the first layer", texts(app), wanted(json))
        val pages = json.getJSONObject("pages")
        check(pages.length() >= 3) { "only ${pages.length()} pages" }
        for (page in pages.keys().asSequence().map { "$it" }) {
            press(app, link(page))
            same(page, texts(app), wanted(pages.getJSONObject(page), listOf(json.getString("back"))))
            press(app, json.getString("back"))
        }
        press(app, label("disagree"))
        same("the basic mode", texts(app), wanted(json.getJSONObject("basic")))
        val isRightToLeft = json.getString("direction") == "rtl"
        val direction = if (isRightToLeft) View.LAYOUT_DIRECTION_RTL else View.LAYOUT_DIRECTION_LTR
        same("the direction", app.content.layoutDirection, direction)
    }
    test("what is folded is hidden, and opens with a tap") { // C-08
        val app = start()
        val line = native().getJSONArray("blocks").objects().first { it.getString("t") == "more" }.let(::textOf)
        val folded = views(app.content).filterIsInstance<LinearLayout>().first { it.visibility == View.GONE }
        press(app, line)
        same("its state", folded.visibility, View.VISIBLE)
        press(app, line)
        same("its state", folded.visibility, View.GONE)
    }
    test("both answers are buttons of the same class, size and style") { // C-02, C-03
        val app = start()
        val (no, yes) = listOf("disagree", "agree").map { button(app, label(it)) }
        for (of in listOf<(Button) -> Any?>({ it.javaClass }, { it.style }, { it.textSize }, { it.minHeight },
            { it.layout.width }, { it.layout.height }, { (it.layout as LinearLayout.LayoutParams).weight },
            { it.filterTouchesWhenObscured }, { it.isAllCaps })) same("a button", of(no), of(yes))
    }
}

@Suppress("DEPRECATION") // the way back
fun flows() {
    test("before the yes nothing of a WebView is touched") { // C-01, C-05
        var app = start()
        press(app, link("policy"))
        app = rotate(app)
        same("after a rotation", texts(app).last(), native().getString("back"))
        app.onBackPressed()
        same("after going back", texts(app).last(), label("agree"))
        app.onBackPressed()
        check(app.isInBackground && !app.isFinished) { "going back from the question ends it" }
        press(app, label("disagree"))
        app = rotate(app)
        press(app, label("again", native().getJSONObject("basic")))
        press(app, label("disagree"))
        press(app, label("close", native().getJSONObject("basic")))
        same("the result", app.result, Activity.RESULT_OK)
        repeat(2) {
            val later = start()
            check(later.content == null && later.isFinished && later.opened == null) { "asked again after a no" }
            same("the result", later.result, Activity.RESULT_OK)
        }
        same("kept answers", NativeAnswers(Context.folder).waiting.length(), 1)
    }
    test("after a yes the page is opened, with the answer") { // C-37
        val app = start()
        press(app, label("agree"))
        same("the screen", app.opened.screen, FirstLaunch::class.java)
        check(app.isFinished) { "the question stays under the page" }
        val answer = NativeAnswers(Context.folder).waiting.getJSONObject(0)
        val document = SignedPackage(app.assets).readNative()
        for ((name, want) in listOf(
            "v" to 1, "site" to SITE, "platform" to "android", "agreed" to true, "template" to "kt/1",
            "policy" to document.policy, "language" to language, "presentation" to document.presentation)) {
            same(name, answer.get(name), want)
        }
        check(Regex("[\\w-]{86}").matches(answer.getString("seed"))) { "the seed ${answer.getString("seed")}" }
        same("a restart", start().opened.screen, FirstLaunch::class.java)
        println("answer ${answer.put("seed", "A".repeat(86))}")
    }
    test("a no is kept beside a later yes from the menu") { // C-35
        press(start(), label("disagree"))
        press(start(ask = true), label("agree"))
        val answers = NativeAnswers(Context.folder).waiting.objects().map { it.getBoolean("agreed") }
        same("the answers", answers, listOf(false, true))
        same("a restart", start().opened.screen, FirstLaunch::class.java)
        press(start(ask = true), label("disagree")) // before the page decided
        check(start().isFinished) { "asked again after a no" }
        check(start().opened == null) { "the page is opened after a no" }
    }
    test("after the page decided nothing waits, and its no needs no page either") {
        press(start(), label("agree"))
        val answers = NativeAnswers(Context.folder)
        answers.drop("another")
        same("waiting", answers.waiting.length(), 1)
        answers.drop(answers.waiting.getJSONObject(0).getString("id"))
        answers.note("accept_all", POLICY)
        same("waiting", NativeAnswers(Context.folder).waiting.length(), 0)
        same("a restart", start().opened.screen, FirstLaunch::class.java)
        answers.note("save", POLICY)
        same("after a change", start().opened.screen, FirstLaunch::class.java)
        answers.note("withdraw", POLICY)
        check(start().opened == null) { "the page is opened after everything was withdrawn" }
    }
}

fun badInput() {
    val wrong = mapOf(
        "tampered" to "native.json: it was changed", "missing" to "can't be read", "ios" to "it is for ios",
        "other" to "it is of the site other", "older" to "is older than",
        "foreign" to "no signature with this app's key")
    for ((name, problem) in wrong) test("nothing is drawn of a package that is $name") { // C-40
        Context.assets = File(packages, name)
        val app = start()
        check(app.content == null && app.isFinished && app.opened == null) { "it is drawn" }
        same("the result", app.result, BROKEN)
        check(problem in app.data.getStringExtra("problem")) { "it says ${app.data.getStringExtra("problem")}" }
        check(Log.lines.any { problem in it }) { "the log says ${Log.lines}" }
        check(!File(Context.folder, "nod-first.json").exists()) { "an answer is kept" }
    }
    val file = { File(Context.folder, "nod-first.json") }
    for ((name, change) in mapOf<String, (JSONObject) -> String>(
        "of another version" to { it.put("v", 2).toString() },
        "of another site" to { it.put("site", "other").toString() },
        "of another platform" to { it.put("platform", "ios").toString() },
        "that is broken" to { "{" }, "that is empty" to { "" },
        "to a version that changed" to { it.put("policy", "2001-01-01").toString() })) {
        test("an answer $name is asked again") { // C-29, C-40
            press(start(), label("agree"))
            file().writeText(change(kept()))
            val app = start()
            check(app.opened == null && texts(app).isNotEmpty()) { "it counts" }
        }
    }
    test("an answer to a version that still stands counts") {
        val text = native().put("holds", JSONArray(listOf("2001-01-01"))).toString()
        for ((agreed, want) in mapOf(true to NativeAnswers.Next.PAGE, false to NativeAnswers.Next.BASIC)) {
            press(start(ask = true), label(if (agreed) "agree" else "disagree"))
            file().writeText(kept().put("policy", "2001-01-01").toString())
            same("an answer of $agreed", NativeAnswers(Context.folder).next(NativeDocument(text.toByteArray())), want)
        }
    }
    test("no clock decides what is asked") { // C-06
        for (at in listOf("1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "soon")) {
            press(start(ask = true), label("disagree"))
            file().writeText(kept().apply { getJSONArray("answers").getJSONObject(0).put("at", at) }.toString())
            check(start().run { isFinished && opened == null }) { "asked again at $at" }
        }
    }
    test("a yes that can't be stored opens nothing, and a no goes on") { // C-40
        Context.folder = File(Context.folder, "missing")
        val app = start()
        press(app, label("agree"))
        check(app.opened == null) { "the page is opened" }
        same("the result", app.result, BROKEN)
        val other = start()
        press(other, label("disagree"))
        same("the basic mode", texts(other), wanted(native().getJSONObject("basic")))
    }
}

fun vectors(file: File) {
    for (v in JSONArray(file.readText()).objects()) test("the hash of ${v.getString("name")}") {
        same("the hash", NativeDocument(v.getString("canonical").toByteArray()).presentation, v.getString("hash"))
    }
}

fun permissionOf(o: JSONObject) =
    Permission(o.getBoolean("isGranted"), o.getBoolean("canExplain"), o.getBoolean("wasRefused"))

/** The cases of system_states.json that are Android's. */
fun systemStates(file: File) {
    val all = JSONArray(file.readText()).objects().groupBy { it.getString("call") }
    fun each(call: String, run: (JSONArray, JSONObject) -> Unit) = test("$call is that of TypeScript") {
        for (v in all.getValue(call)) run(v.getJSONArray("args"), v)
    }
    each("isRefused") { args, v ->
        same("$v", permissionOf(args.getJSONObject(0)).isRefused, v.getBoolean("expected"))
    }
    each("describePermission") { args, v ->
        same("$v", permissionOf(args.getJSONObject(0)).description, v.getString("expected"))
    }
    each("gateNotifications") { args, v ->
        val gate = gateNotifications(args.getString(0), args.getInt(1), permissionOf(args.getJSONObject(2)))
        val want = v.getJSONObject("expected")
        same("$v", gate.isOn to gate.next, want.getBoolean("isOn") to want.getString("next"))
    }
}

fun main(args: Array<String>) {
    packages = File(args[0])
    drawing(args.drop(3))
    flows()
    badInput()
    vectors(File(args[1]))
    systemStates(File(args[2]))
    println("done")
}

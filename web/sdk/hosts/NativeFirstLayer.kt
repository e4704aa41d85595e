// How an Android app asks before any WebView exists: it draws the first layer by itself, from native.json of the
// package that "nod bundle --platform android" wrote into assets/nod. Copy it with NativeAnswer.kt and FirstLaunch.kt,
// and start it for its result at every start, before anything else: RESULT_OK to go on (in the basic mode after a no),
// RESULT_CANCELED where nothing was decided, BROKEN where nothing could be asked. It asks only. After a yes it opens
// FirstLaunch, whose page makes the decision; after a no there is neither a WebView nor a request, until the person
// taps "agree": have your menu start it with ASK. Its look is kt/1 (template in native.json): after a change of the
// drawing write "custom" for its presentation. Targeting Android 16, set android:enableOnBackInvokedCallback="false".
package com.example.firstlaunch

import android.app.Activity
import android.content.Intent
import android.graphics.Typeface
import android.os.Bundle
import android.text.SpannableStringBuilder
import android.text.Spanned.SPAN_EXCLUSIVE_EXCLUSIVE
import android.text.style.LocaleSpan
import android.text.style.StyleSpan
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView
import org.json.JSONObject
import java.util.Locale

const val ASK = "ask" // extra: show the question, whatever was answered before

class NativeFirstLayer : Activity() {
    private lateinit var document: NativeDocument
    private lateinit var answers: NativeAnswers
    private var screen = "first" // "first", "basic" or the name of a page
    private var under = "first" // the screen that a page goes back to

    override fun onCreate(saved: Bundle?) {
        setTheme(android.R.style.Theme_DeviceDefault_DayNight) // dark where the system is
        super.onCreate(saved)
        val files = SignedPackage(assets)
        if (!files.isWhole()) return end(BROKEN, files.problem)
        document = files.readNative()
        answers = NativeAnswers(noBackupFilesDir)
        val next = if (intent.getBooleanExtra(ASK, false)) NativeAnswers.Next.ASK else answers.next(document)
        when {
            saved != null -> show(saved.getString("screen", "first"), saved.getString("under", "first"))
            next == NativeAnswers.Next.PAGE -> openPage()
            next == NativeAnswers.Next.BASIC -> end(RESULT_OK)
            else -> show("first")
        }
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putString("screen", screen)
        out.putString("under", under)
    }

    @Deprecated("the one way back on every Android")
    override fun onBackPressed() {
        if (screen == "first" || screen == "basic") moveTaskToBack(true) else show(under)
    }

    private fun end(result: Int, problem: String = "") {
        setResult(result, Intent().putExtra("problem", problem))
        finish()
    }

    /** The page makes the decision, and its result is this one's. */
    private fun openPage() {
        startActivity(Intent(this, FirstLaunch::class.java).addFlags(Intent.FLAG_ACTIVITY_FORWARD_RESULT))
        finish()
    }

    private fun tap(action: String) {
        when (action) {
            "agree" -> if (answers.add(document, true)) openPage() else end(BROKEN, "the answer can't be stored")
            "disagree" -> {
                answers.add(document, false) // where it can't be stored, the question is asked again
                show("basic")
            }
            "again" -> show("first")
            "close" -> end(RESULT_OK)
            "back" -> show(under)
        }
    }

    private fun show(name: String, from: String = "first") {
        screen = name
        under = from
        val json = document.json
        val isPage = name != "first" && name != "basic"
        val content = if (isPage) json.getJSONObject("pages").getJSONObject(name) else
            if (name == "basic") json.getJSONObject("basic") else json
        val words = column()
        content.getJSONArray("blocks").objects().forEach { draw(it, words) }
        val buttons = LinearLayout(this)
        val named = content.getJSONArray("buttons").objects().map { it.getString("do") to it.getString("text") }
        val back = if (isPage) listOf("back" to json.getString("back")) else emptyList()
        (named + back).forEach { (action, text) ->
            buttons.addView(button(text, 0) { tap(action) }, LinearLayout.LayoutParams(0, MATCH_PARENT, 1f))
        }
        val root = column()
        root.layoutDirection =
            if (json.getString("direction") == "rtl") View.LAYOUT_DIRECTION_RTL else View.LAYOUT_DIRECTION_LTR
        root.fitsSystemWindows = true
        root.addView(ScrollView(this).apply { addView(words) }, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        root.addView(buttons, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        setContentView(root)
    }

    private fun draw(block: JSONObject, into: LinearLayout) {
        val text = textOf(block)
        when (block.getString("t")) {
            "title" -> into.addView(line(text, 22f).apply { isAccessibilityHeading = true })
            "heading" -> into.addView(line(text, 18f).apply { isAccessibilityHeading = true })
            "item" -> into.addView(LinearLayout(this).apply {
                addView(line(block.optString("mark"), 16f))
                addView(line(text, 16f))
                setPaddingRelative(points(16) * (block.optInt("level", 1) - 1), 0, 0, 0)
            })
            "link" -> into.addView(button(text, android.R.attr.borderlessButtonStyle) {
                show(block.getString("page"), screen)
            })
            "more" -> {
                val folded = column().apply { visibility = View.GONE }
                val arrow = android.R.drawable.arrow_down_float
                into.addView(button(text, android.R.attr.borderlessButtonStyle) {
                    folded.visibility = if (folded.visibility == View.GONE) View.VISIBLE else View.GONE
                }.apply { setCompoundDrawablesRelativeWithIntrinsicBounds(0, 0, arrow, 0) })
                into.addView(folded)
                block.optJSONArray("blocks")?.objects()?.forEach { draw(it, folded) }
            }
            else -> into.addView(line(text, 16f))
        }
    }

    /** A text whose parts are strong, or in another language. */
    private fun textOf(block: JSONObject) = SpannableStringBuilder().apply {
        block.optJSONArray("text")?.objects()?.forEach {
            val start = length
            append(it.getString("s"))
            val tag = it.optString("lang")
            if (it.optBoolean("strong")) setSpan(StyleSpan(Typeface.BOLD), start, length, SPAN_EXCLUSIVE_EXCLUSIVE)
            if (tag != "") setSpan(LocaleSpan(Locale.forLanguageTag(tag)), start, length, SPAN_EXCLUSIVE_EXCLUSIVE)
        }
    }

    private fun line(words: CharSequence, size: Float) = TextView(this).apply {
        text = words
        textSize = size // in sp: it follows the system's text size
        textLocale = Locale.forLanguageTag(document.json.getString("language"))
        setPaddingRelative(0, points(4), points(8), points(4))
    }

    /** All buttons of a screen are made here, so that no answer looks better than the other. */
    private fun button(words: CharSequence, style: Int, tapped: () -> Unit) =
        (if (style == 0) Button(this) else Button(this, null, style)).apply {
            text = words
            isAllCaps = false
            minHeight = points(48)
            filterTouchesWhenObscured = true // nothing over the app taps for the person
            setOnClickListener { tapped() }
        }

    private fun column() = LinearLayout(this).apply {
        orientation = LinearLayout.VERTICAL
        setPaddingRelative(points(8), points(8), points(8), points(8))
    }

    private fun points(n: Int) = (n * resources.displayMetrics.density).toInt()
}

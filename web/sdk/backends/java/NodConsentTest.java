package nodconsent;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nodconsent.NodConsent.Answer;
import nodconsent.NodConsent.Consent;
import nodconsent.NodConsent.Policy;
import nodconsent.NodConsent.Purpose;
import nodconsent.NodConsent.Service;
import org.json.JSONArray;
import org.json.JSONObject;

/** The vectors of app/consent/testdata, which every reader of the cookie passes. */
public final class NodConsentTest {
  private static int passed;
  private static int failed;

  public static void main(String[] args) throws Exception {
    testCookies(readVectors(args[0], "cookie.json"));
    testGrants(readVectors(args[0], "evaluate.json"));
    testSeveralCookies();
    testStatus();
    System.out.println("passed " + passed + " failed " + failed);
    System.exit(failed == 0 ? 0 : 1);
  }

  private static JSONObject readVectors(String dir, String name) throws Exception {
    return new JSONObject(Files.readString(Path.of(dir, name)));
  }

  private static void check(String name, Object got, Object want) {
    if (want.equals(got)) {
      passed++;
      return;
    }
    failed++;
    System.out.println(name + ": " + got + "; want " + want);
  }

  private static List<JSONObject> listObjects(JSONArray array) throws Exception {
    List<JSONObject> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.length(); i++) {
      all.add(array.getJSONObject(i));
    }
    return all;
  }

  private static List<Answer> readAnswers(JSONArray array) throws Exception {
    List<Answer> answers = new ArrayList<>();
    for (JSONObject a : listObjects(array)) {
      answers.add(new Answer(a.optString("id"), a.getString("hash"), a.getString("state").equals("granted"),
          a.getLong("day"), a.optBoolean("gpc")));
    }
    return answers;
  }

  private static String readValue(JSONObject vector) throws Exception {
    JSONArray repeat = vector.optJSONArray("repeat");
    String value = vector.getString("value");
    return repeat == null ? value : value + repeat.getString(0).repeat(repeat.getInt(1));
  }

  private static void testCookies(JSONObject vectors) throws Exception {
    for (String kind : List.of("written", "readable")) {
      for (JSONObject v : listObjects(vectors.getJSONArray(kind))) {
        JSONObject want = v.optJSONObject("read") == null ? v.getJSONObject("stored") : v.getJSONObject("read");
        Optional<Consent> got = NodConsent.decode(readValue(v));
        String name = "reads " + v.getString("name");
        check(name, got.map(c -> c.decision() + " " + c.subject()).orElse("nothing"),
            want.getString("decision") + " " + want.getString("subject"));
        check(name, got.map(Consent::answers).orElse(List.of()), readAnswers(want.getJSONArray("answers")));
      }
    }
    for (JSONObject v : listObjects(vectors.getJSONArray("unreadable"))) {
      check("does not read " + v.getString("name"), NodConsent.decode(readValue(v)), Optional.empty());
    }
  }

  private static Policy readPolicy(JSONObject form) throws Exception {
    List<Purpose> purposes = new ArrayList<>();
    for (JSONObject p : listObjects(form.optJSONArray("purposes"))) {
      List<Service> services = new ArrayList<>();
      for (JSONObject s : listObjects(p.optJSONArray("services"))) {
        services.add(new Service(s.getString("id"), s.getString("hash"), s.optBoolean("was_refusable")));
      }
      purposes.add(new Purpose(p.getString("id"), p.getString("hash"), p.optBoolean("required"),
          p.optBoolean("per_case"), p.optBoolean("gpc"), p.optBoolean("was_refusable"), services));
    }
    Map<String, String> equivalents = new HashMap<>();
    JSONObject listed = form.optJSONObject("equivalents");
    if (listed != null) {
      for (var keys = listed.keys(); keys.hasNext();) {
        String key = keys.next().toString();
        equivalents.put(key, listed.getString(key));
      }
    }
    return new Policy(purposes, form.getLong("granted_days"), equivalents);
  }

  private static void testGrants(JSONObject vectors) throws Exception {
    JSONObject forms = vectors.getJSONObject("forms");
    for (JSONObject c : listObjects(vectors.getJSONArray("cases"))) {
      Policy policy = readPolicy(forms.getJSONObject(c.getString("form")));
      List<Answer> answers = readAnswers(c.optJSONArray("answers"));
      boolean gpc = c.optBoolean("gpc");
      Instant now = Instant.parse(c.getString("now"));
      JSONObject states = c.getJSONObject("states");
      for (var keys = states.keys(); keys.hasNext();) {
        String id = keys.next().toString();
        check(c.getString("name") + ": " + id, NodConsent.isGranted(policy, answers, id, gpc, now),
            states.getString(id).equals("granted"));
      }
      check(c.getString("name"), NodConsent.isGranted(policy, answers, "no-such-purpose", gpc, now), false);
    }
  }

  private static void testSeveralCookies() {
    String older = "nod=1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1";
    String refused = older.replace(":g", ":d");
    String newer = "nod=1.AZRYBl6Ae7ubu7u7u7u7sg.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1";
    Map<String, String> headers = Map.of("a=b; " + older, "true", older + "; " + refused, "false",
        newer + "; " + refused, "true", refused + "; " + newer, "true", "nod=1.x.y; " + refused, "false",
        "xnod=1; nod-newer=" + older.substring(4), "nothing");
    headers.forEach((header, want) -> check(header, readFirst(header, Instant.parse("2025-02-01T00:00:00Z")), want));
    check("a cookie of the future", readFirst(older, Instant.EPOCH), "nothing");
    check("no header", readFirst(null, Instant.EPOCH), "nothing");
  }

  private static String readFirst(String header, Instant now) {
    return NodConsent.read(header, now).map(c -> "" + c.answers().get(0).granted()).orElse("nothing");
  }

  private static void testStatus() throws Exception {
    String[] answer = {"", ""};
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/v1/shop/status/analytics", exchange -> {
      byte[] body = answer[1].getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    HttpClient client = HttpClient.newHttpClient();
    for (String[] test : new String[][] {
        {"200", "{\"state\":\"granted\"}", "true"}, {"200", "{\"state\":\"denied\"}", "false"},
        {"429", "{\"state\":\"granted\"}", "false"}, {"200", "<p>", "false"}}) {
      answer[0] = test[0];
      answer[1] = test[1];
      check(test[0] + " " + test[1], "" + NodConsent.fetchStatus(client, address, "shop", "analytics", "s"), test[2]);
    }
    server.stop(0);
    check("nobody answers", NodConsent.fetchStatus(client, address, "shop", "analytics", "s"), false);
  }
}

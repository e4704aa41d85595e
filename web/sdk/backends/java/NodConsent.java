package nodconsent;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the visitor's consent in a back end: from the cookie "nod" that came with a request, or by asking the server.
 * It needs nothing but Java 17 or newer: copy this file into your code.
 */
public final class NodConsent {
  private static final long DAY = 86_400_000; // in milliseconds
  private static final int MAX_LENGTH = 3900; // of a cookie's value
  private static final int MAX_ENTRIES = 300;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Pattern PACKED_ID = Pattern.compile("[\\w-]{21}[AQgw]"); // 16 bytes as base64url
  private static final Pattern ENTRY =
      Pattern.compile("(?:([a-z][a-z0-9-]{0,31}):)?([gdGD])([\\w-]{6})([0-9a-z]{3})?");
  private static final Pattern GRANTED = Pattern.compile("\\s*\\{\\s*\"state\"\\s*:\\s*\"granted\"\\s*}\\s*");

  private NodConsent() {}

  /**
   * The answer to one purpose or service.
   *
   * @param id may be empty
   * @param day since 1970-01-01 UTC
   * @param gpc whether it was given while the browser sent a Global Privacy Control signal
   */
  public record Answer(String id, String hash, boolean granted, long day, boolean gpc) {}

  /**
   * What a visitor answered.
   *
   * @param decision id of the last decision
   * @param subject id of the answers' owner
   * @param time of the decision, in milliseconds
   */
  public record Consent(UUID decision, UUID subject, long time, List<Answer> answers) {}

  /** What GET /v1/{site}/policy returns, as far as answers depend on it. Read it with your own JSON library. */
  public record Policy(List<Purpose> purposes, long grantedDays, Map<String, String> equivalents) {
    /** What the JSON leaves out is empty. */
    public Policy {
      purposes = purposes == null ? List.of() : purposes;
      equivalents = equivalents == null ? Map.of() : equivalents;
    }
  }

  /**
   * One purpose of a policy.
   *
   * @param wasRefusable required now, and could be refused before
   */
  public record Purpose(String id, String hash, boolean required, boolean perCase, boolean gpc, boolean wasRefusable,
      List<Service> services) {
    /** What the JSON leaves out is empty. */
    public Purpose {
      services = services == null ? List.of() : services;
    }
  }

  /** A tool within a purpose. */
  public record Service(String id, String hash, boolean wasRefusable) {}

  /** Reads the value of one cookie. A value that can't be read is as good as none. */
  public static Optional<Consent> decode(String value) {
    String[] parts = value.split("\\.", -1);
    boolean hasForm = value.length() <= MAX_LENGTH && parts.length >= 3 && parts.length - 3 <= MAX_ENTRIES;
    if (!hasForm || !parts[0].equals("1")) {
      return Optional.empty();
    }
    Optional<UUID> decision = unpackId(parts[1], 7);
    Optional<UUID> subject = unpackId(parts[2], 4);
    if (decision.isEmpty() || subject.isEmpty()) {
      return Optional.empty();
    }
    long time = decision.get().getMostSignificantBits() >>> 16;
    List<Answer> answers = new ArrayList<>();
    for (String entry : List.of(parts).subList(3, parts.length)) {
      Matcher m = ENTRY.matcher(entry);
      if (!m.matches()) {
        return Optional.empty();
      }
      String id = m.group(1) == null ? "" : m.group(1);
      long day = m.group(4) == null ? Math.floorDiv(time, DAY) : Long.parseLong(m.group(4), 36);
      char state = m.group(2).charAt(0);
      boolean isGranted = Character.toLowerCase(state) == 'g';
      addAnswer(answers, new Answer(id, m.group(3), isGranted, day, Character.isUpperCase(state)));
    }
    return Optional.of(new Consent(decision.get(), subject.get(), time, List.copyOf(answers)));
  }

  private static Optional<UUID> unpackId(String text, int version) {
    if (!PACKED_ID.matcher(text).matches()) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    UUID id = new UUID(bytes.getLong(), bytes.getLong());
    return id.version() == version && id.variant() == 2 ? Optional.of(id) : Optional.empty();
  }

  /** Adds an answer. Of two answers to the same content a refusal counts. */
  private static void addAnswer(List<Answer> answers, Answer added) {
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).hash().equals(added.hash())) {
        if (!added.granted()) {
          answers.set(i, added);
        }
        return;
      }
    }
    answers.add(added);
  }

  /**
   * Returns the newest answers in the header "Cookie" of a request, which may be null. Answers from more than a day
   * ahead are of a wrong clock, or forged.
   */
  public static Optional<Consent> read(String cookieHeader, Instant now) {
    Consent newest = null;
    for (String pair : cookieHeader == null ? new String[0] : cookieHeader.split("; *")) {
      Optional<Consent> decoded = pair.startsWith("nod=") ? decode(pair.substring(4)) : Optional.empty();
      if (decoded.isEmpty() || decoded.get().time() > now.toEpochMilli() + DAY) {
        continue;
      }
      Consent found = decoded.get();
      if (newest != null && newest.decision().equals(found.decision())) {
        List<Answer> joined = new ArrayList<>(found.answers());
        newest.answers().forEach(a -> addAnswer(joined, a));
        found = new Consent(found.decision(), found.subject(), found.time(), List.copyOf(joined));
      }
      if (newest == null || found.decision().toString().compareTo(newest.decision().toString()) >= 0) {
        newest = found;
      }
    }
    return Optional.ofNullable(newest);
  }

  /**
   * Says whether a purpose or service is granted. gpc says whether the request has "Sec-GPC: 1". An id that the policy
   * does not have is not granted.
   */
  public static boolean isGranted(Policy policy, List<Answer> answers, String id, boolean gpc, Instant now) {
    List<Answer> current = new ArrayList<>();
    for (Answer a : answers) {
      String hash = policy.equivalents().getOrDefault(a.hash(), a.hash());
      addAnswer(current, new Answer(a.id(), hash, a.granted(), a.day(), a.gpc()));
    }
    Visitor visitor = new Visitor(policy, current, Math.floorDiv(now.toEpochMilli(), DAY));
    for (Purpose p : policy.purposes()) {
      boolean isUnderSignal = gpc && p.gpc();
      boolean isOn = visitor.isGrantedPurpose(p, isUnderSignal);
      if (p.id().equals(id)) {
        return isOn;
      }
      for (Service s : p.services()) {
        if (s.id().equals(id)) {
          return isOn && visitor.isGrantedService(p, s, isUnderSignal);
        }
      }
    }
    return false;
  }

  /** What a visitor answered, by the contents of the present policy. */
  private record Visitor(Policy policy, List<Answer> answers, long today) {
    Optional<Answer> find(String hash) {
      return answers.stream().filter(a -> a.hash().equals(hash)).findFirst();
    }

    /** A required purpose is on, unless it was refused while that was possible. */
    boolean isGrantedPurpose(Purpose p, boolean isUnderSignal) {
      if (p.required()) {
        return !isRefused(p.hash(), p.wasRefusable());
      }
      return !p.perCase() && isGrantedContent(p.hash(), isUnderSignal);
    }

    /** A service has the state of its purpose, unless it has an answer of its own. */
    boolean isGrantedService(Purpose p, Service s, boolean isUnderSignal) {
      if (find(s.hash()).isEmpty()) {
        return true;
      }
      return p.required() ? !isRefused(s.hash(), s.wasRefusable()) : isGrantedContent(s.hash(), isUnderSignal);
    }

    private boolean isRefused(String hash, boolean wasRefusable) {
      return wasRefusable && find(hash).filter(a -> !a.granted()).isPresent();
    }

    private boolean isGrantedContent(String hash, boolean isUnderSignal) {
      return find(hash).filter(a -> a.granted() && (a.gpc() || !isUnderSignal)
          && a.day() <= today + 1 && today < a.day() + policy.grantedDays()).isPresent();
    }
  }

  /**
   * Says whether the server grants the purpose, service or SDK to the subject of a cookie. server is the address of
   * Nod without a slash at its end. Every error means that it is not granted.
   */
  public static boolean fetchStatus(HttpClient client, String server, String site, String id, String subject)
      throws InterruptedException {
    try {
      URI address = URI.create(
          server + "/v1/" + escape(site) + "/status/" + escape(id) + "?subject=" + escape(subject));
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 && GRANTED.matcher(response.body()).matches();
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

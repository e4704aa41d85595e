// A page's own bundle of real trackers. Each sends to the collector in its own way.
import countly from 'countly-sdk-web';
import Plausible from 'plausible-tracker';
import posthog from 'posthog-js';
import sensors from 'sa-sdk-javascript';
import { onFCP } from 'web-vitals';

const to = document.documentElement.dataset.collector; // with the mark of this visit

posthog.init('phc_key', {
  api_host: to + '/posthog', persistence: 'memory', request_batching: false, disable_session_recording: true,
  opt_out_useragent_filter: true,
});
posthog.capture('something');

sensors.init({
  server_url: to + '/sensors', send_type: 'image', show_log: false, is_track_single_page: false, heatmap: {},
});
sensors.quick('autoTrack');
sensors.track('something', {});

const plausible = Plausible({ domain: 'page.example', apiHost: to + '/plausible', trackLocalhost: true });
plausible.trackPageview();
plausible.trackEvent('something');

const Countly = countly.default; // the package is CommonJS
Countly.init({ app_key: 'key', url: to + '/countly', app_version: '1' });
Countly.track_pageview();

// Not onTTFB: WebKit has no time of the response for some loads, and then nothing is sent.
onFCP((m) => navigator.sendBeacon(to + '/vitals', JSON.stringify(m)));

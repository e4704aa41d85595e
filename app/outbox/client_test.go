package outbox

import (
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for address, isReached := range map[string]bool{
		"93.184.216.34:443": true, "[2606:2800:220:1::1]:443": true, "[2a00:1450:4001::1]:443": true,
		"[2001:4860:4860::8888]:443": true, "[::ffff:93.184.216.34]:443": true, "192.88.98.1:443": true,
		"127.0.0.1:443": false, "127.9.9.9:443": false, "[::1]:443": false, "10.1.2.3:443": false,
		"172.16.0.1:443": false, "192.168.1.1:443": false, "169.254.169.254:443": false, "100.64.0.1:443": false,
		"0.0.0.0:443": false, "[::]:443": false, "224.0.0.1:443": false, "255.255.255.255:443": false,
		"[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::7f00:1]:443": false,
		"[fe80::1%eth0]:443": false, "[fd00::1]:443": false, "[2002:7f00:1::]:443": false, "192.0.2.1:443": false,
		"198.18.0.1:443": false, "240.0.0.1:443": false, "localhost:443": false,
		"[::127.0.0.1]:443": false, "[::10.0.0.1]:443": false, "[::ffff:0:127.0.0.1]:443": false,
		"[64:ff9b:1::1]:443": false, "[100::1]:443": false, "[2001:db8::1]:443": false, "[3fff::1]:443": false,
		"[3fff:fff::1]:443": false, "[4000::1]:443": false, "[5f00::1]:443": false, "[fec0::1]:443": false,
		"192.88.99.1:443": false,
	} {
		if err := checkAddress(address, nil, true); (err == nil) != isReached {
			t.Errorf("%s: error %v", address, err)
		}
	}
	allowed := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, address := range []string{"10.1.2.3:80", "[::ffff:10.1.2.3]:80"} {
		if err := checkAddress(address, allowed, false); err != nil {
			t.Errorf("%s is allowed: %v", address, err)
		}
	}
	if err := checkAddress("93.184.216.34:80", allowed, false); err == nil {
		t.Error("a public address is reached without TLS")
	}
	if err := checkAddress("127.0.0.1:80", allowed, false); err == nil {
		t.Error("an address beside the allowed network is reached")
	}
}

func TestAPrivateAddressIsRefusedWhenTheConnectionIsMade(t *testing.T) {
	b := newBench(t, testEngines["sqlite"](t))
	b.Allowed = nil
	b.add("request.created")
	b.deliver(0)
	if len(b.to.all()) > 0 {
		t.Error("a server on this machine was reached")
	}
	b.site.Webhooks[0].URL = strings.Replace(b.to.URL, "127.0.0.1", "localhost", 1) // a name
	b.now = b.now.Add(delays[0] * 2)
	b.deliver(0)
	if len(b.to.all()) > 0 || len(b.list()) != 1 {
		t.Error("a server on this machine was reached by a name")
	}
}

func TestAWrongSecretIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, text := range []string{
		"shop " + whsec, "shop/mailer", "shop/mailer hunter2", "shop/mailer whsec_hunter2", "shop/mailer whsec_aHVudGVyMg==",
		"shop/mailer " + whsec + whsec,
	} {
		_, err := ParseSecrets([]byte("\n" + text))
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "MfKQ9") {
			t.Errorf("%s: error %v", text, err)
		} else if !strings.Contains(err.Error(), "line 2") {
			t.Errorf("error %v", err)
		}
	}
}

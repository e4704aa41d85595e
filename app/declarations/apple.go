package declarations

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
)

// Apple's names begin with these:
// https://developer.apple.com/documentation/bundleresources/describing-data-use-in-privacy-manifests
const (
	appleType    = "NSPrivacyCollectedDataType"
	applePurpose = "NSPrivacyCollectedDataTypePurpose"
)

// appleTypes are Apple's names. What has no name of its own is one of Apple's other data types.
var appleTypes = map[policy.DataType]string{
	policy.DataName: "Name", policy.DataEmail: "EmailAddress", policy.DataPhone: "PhoneNumber",
	policy.DataAddress: "PhysicalAddress", policy.DataUserID: "UserID", policy.DataIDNumber: "OtherDataTypes",
	policy.DataBiometrics: "SensitiveInfo", policy.DataPayment: "PaymentInfo", policy.DataPurchases: "PurchaseHistory",
	policy.DataPreciseLocation: "PreciseLocation", policy.DataCoarseLocation: "CoarseLocation",
	policy.DataMessages: "EmailsOrTextMessages", policy.DataPhotos: "PhotosorVideos", policy.DataVideos: "PhotosorVideos",
	policy.DataCamera: "PhotosorVideos", policy.DataVoice: "AudioData", policy.DataFiles: "OtherUserContent",
	policy.DataCalendar: "OtherDataTypes", policy.DataContacts: "Contacts", policy.DataContent: "OtherUserContent",
	policy.DataSearches: "SearchHistory", policy.DataBrowsing: "BrowsingHistory", policy.DataUsage: "ProductInteraction",
	policy.DataInstalledApps: "OtherDataTypes", policy.DataCrashes: "CrashData",
	policy.DataPerformance: "PerformanceData", policy.DataDiagnostics: "OtherDiagnosticData",
	policy.DataDeviceID: "DeviceID", policy.DataAdvertising: "AdvertisingData", policy.DataHealth: "Health",
	policy.DataFitness: "Fitness",
}

// appleUses are Apple's purposes. Security and accounts are part of the functions of an app there.
var appleUses = map[policy.DataUse]string{
	policy.UseFunctionality: "AppFunctionality", policy.UseAccount: "AppFunctionality",
	policy.UseSecurity: "AppFunctionality", policy.UseAnalytics: "Analytics",
	policy.UsePersonalization: "ProductPersonalization", policy.UseMessages: "DeveloperAdvertising",
	policy.UseOwnAdverts: "DeveloperAdvertising", policy.UseOthersAdverts: "ThirdPartyAdvertising",
	policy.UseOther: "Other",
}

// dict is a dictionary of a property list, in its order.
type dict []entry

type entry struct {
	Key   string
	Value any // bool, string, []any or dict
}

func (s Source) declareApple() ([]File, []Gap, error) {
	const path = "ios/PrivacyInfo.xcprivacy"
	items, gaps := s.listItems(policy.IOS, path)
	domains, missing := s.listTrackingDomains(path)
	gaps = append(gaps, missing...)
	content, err := formatPlist(dict{
		{"NSPrivacyTracking", s.isTracking()},
		{"NSPrivacyTrackingDomains", domains},
		{"NSPrivacyCollectedDataTypes", listAppleTypes(items)},
	})
	if err != nil {
		return nil, nil, err
	}
	gaps = append(gaps, Gap{
		File: path, Problem: "no policy says which required-reason APIs your code calls",
		Remedy: "Add NSPrivacyAccessedAPITypes yourself. The Swift samples of Nod call none", IsOpen: true,
	})
	return []File{{path, content}}, gaps, nil
}

// listAppleTypes lists items by Apple's names, sorted. Some items share a name.
func listAppleTypes(items []item) []any {
	byName := map[string]item{}
	var names []string
	for _, i := range items {
		name := appleTypes[i.Type]
		joined, isKnown := byName[name]
		if !isKnown {
			names = append(names, name)
		}
		joined.IsLinked = joined.IsLinked || i.IsLinked
		joined.IsTracking = joined.IsTracking || i.IsTracking
		joined.Uses = append(joined.Uses, i.Uses...)
		byName[name] = joined
	}
	slices.Sort(names)
	list := []any{}
	for _, name := range names {
		i := byName[name]
		var purposes []string
		for _, use := range i.Uses {
			purposes = append(purposes, applePurpose+appleUses[use])
		}
		slices.Sort(purposes)
		values := []any{}
		for _, purpose := range slices.Compact(purposes) {
			values = append(values, purpose)
		}
		list = append(list, dict{
			{appleType, appleType + name}, {appleType + "Linked", i.IsLinked}, {appleType + "Tracking", i.IsTracking},
			{appleType + "Purposes", values},
		})
	}
	return list
}

// listTracking lists the purposes that track and are asked on iOS.
func (s Source) listTracking() (list []*policy.Purpose) {
	p := s.Site.CurrentPolicy()
	for i := range p.Purposes {
		if u := &p.Purposes[i]; u.Tracking && policy.IOS.In(u.Platforms) {
			list = append(list, u)
		}
	}
	return list
}

func (s Source) isTracking() bool { return len(s.listTracking()) > 0 }

// listTrackingDomains lists the hosts of the purposes that track. iOS blocks them until the person allowed tracking.
func (s Source) listTrackingDomains(file string) (domains []any, gaps []Gap) {
	domains = []any{}
	var hosts []string
	for _, p := range s.listTracking() {
		own := p.Hosts
		for i := range p.Services {
			own = append(own[:len(own):len(own)], p.Services[i].Hosts...)
		}
		if len(own) == 0 {
			gaps = append(gaps, Gap{
				File: file, About: "purpose " + p.ID, Problem: "it tracks, and the policy names no host of it",
				Remedy: "Add hosts: Apple wants at least one domain",
			})
		}
		hosts = append(hosts, own...)
	}
	slices.Sort(hosts)
	for _, host := range slices.Compact(hosts) {
		if strings.HasPrefix(host, "*.") {
			gaps = append(gaps, Gap{
				File: file, About: "host " + host, Problem: "Apple's list has no patterns",
				Remedy: "Name the hosts below it one by one",
			})
			continue
		}
		domains = append(domains, host)
	}
	return domains, gaps
}

// formatPlist writes a property list.
func formatPlist(d dict) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ` +
		`"http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n<plist version=\"1.0\">\n")
	if err := writePlist(&out, d, ""); err != nil {
		return nil, err
	}
	out.WriteString("</plist>\n")
	return out.Bytes(), nil
}

func writePlist(out *bytes.Buffer, value any, indent string) error {
	switch v := value.(type) {
	case bool:
		fmt.Fprintf(out, "%s<%t/>\n", indent, v)
	case string:
		out.WriteString(indent + "<string>")
		if err := xml.EscapeText(out, []byte(v)); err != nil {
			return err
		}
		out.WriteString("</string>\n")
	case []any:
		if len(v) == 0 {
			out.WriteString(indent + "<array/>\n")
			return nil
		}
		out.WriteString(indent + "<array>\n")
		for _, one := range v {
			if err := writePlist(out, one, indent+"\t"); err != nil {
				return err
			}
		}
		out.WriteString(indent + "</array>\n")
	case dict:
		out.WriteString(indent + "<dict>\n")
		for _, e := range v {
			fmt.Fprintf(out, "%s\t<key>%s</key>\n", indent, e.Key)
			if err := writePlist(out, e.Value, indent+"\t"); err != nil {
				return err
			}
		}
		out.WriteString(indent + "</dict>\n")
	default:
		return fmt.Errorf("a property list can't hold a %T", value)
	}
	return nil
}

//go:build !js

package scan

import (
	"context"
	"net/url"

	"github.com/chromedp/cdproto/cachestorage"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/domstorage"
	"github.com/chromedp/cdproto/indexeddb"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

func (v *visit) add(kind Kind, name, host string) {
	s := Sighting{Kind: kind, Name: name, Host: host, Stage: v.stage}
	if kind != KindRequest {
		s.Page = v.page
	}
	v.Sightings = append(v.Sightings, s)
}

// addStorage adds all cookies of the browser, and what each frame's origin has stored elsewhere.
func (v *visit) addStorage(ctx context.Context, t *chromedp.Target) error {
	cookies, err := cdp.Call(ctx, t, storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return err
	}
	for _, c := range cookies.Cookies {
		v.add(KindCookie, c.Name, c.Domain)
	}
	tree, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return err
	}
	return v.addFrames(ctx, t, tree.FrameTree)
}

// addFrames adds what a frame and those in it have stored. A frame that is gone meanwhile, or has no storage, has none.
func (v *visit) addFrames(ctx context.Context, t *chromedp.Target, tree *page.FrameTree) error {
	key, err := cdp.Call(ctx, t, storage.GetStorageKey, storage.GetStorageKeyParams{FrameID: tree.Frame.ID})
	if u, parseErr := url.Parse(tree.Frame.SecurityOrigin); err == nil && parseErr == nil && u.Hostname() != "" {
		v.addEntries(ctx, t, key.StorageKey, u.Hostname())
	}
	for _, child := range tree.ChildFrames {
		if err := v.addFrames(ctx, t, child); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (v *visit) addEntries(ctx context.Context, t *chromedp.Target, key storage.SerializedStorageKey, host string) {
	for _, kind := range []Kind{KindLocal, KindSession} {
		id := &domstorage.StorageID{StorageKey: domstorage.SerializedStorageKey(key), IsLocalStorage: kind == KindLocal}
		got, err := cdp.Call(ctx, t, domstorage.GetDOMStorageItems, domstorage.GetDOMStorageItemsParams{StorageID: id})
		for _, item := range got.Entries {
			if err == nil && len(item) > 0 {
				v.add(kind, item[0], host)
			}
		}
	}
	databases, err := cdp.Call(ctx, t, indexeddb.RequestDatabaseNames,
		indexeddb.RequestDatabaseNamesParams{StorageKey: string(key)})
	for _, name := range databases.DatabaseNames {
		if err == nil {
			v.add(KindIndexedDB, name, host)
		}
	}
	caches, err := cdp.Call(ctx, t, cachestorage.RequestCacheNames,
		cachestorage.RequestCacheNamesParams{StorageKey: string(key)})
	for _, c := range caches.Caches {
		if err == nil {
			v.add(KindCache, c.CacheName, host)
		}
	}
}

// Stands for an analytics tag: sets a cookie and an entry, and counts its runs.
document.cookie = '_yzj_id=' + Math.random().toString(36).slice(2) + ';path=/;samesite=lax';
localStorage.setItem('yzj.stats.page', location.pathname);
window.analyticsRuns = (window.analyticsRuns || 0) + 1;
document.documentElement.dataset.analytics = 'on';

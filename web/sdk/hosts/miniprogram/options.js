// Your site: put your own values in.
module.exports = {
  site: 'yunzhijia',
  policy: '2023-11-23', // the oldest that may be shown
  language: 'zh-CN',
  server: 'https://consent.example.com', // in the request domains (request 合法域名) of the mini program
  folder: 'nod', // that "nod bundle --platform web" wrote; include it in packOptions of project.config.json
  grantedDays: 365,
  deniedDays: 184,
};

// The first layer as a component of a WeChat mini program. It draws what native.json says, and keeps the answer: the
// logic is in nod.js. Put <first-layer bind:done="…"/> on the first page, before anything that collects data. done says
// whether the person agreed; show it again with must-ask from your menu. Our tests run it in WeChat's simulator.
const { drawScreen, FirstLayer } = require('./nod.js');
const options = require('./options.js');

Component({
  properties: { mustAsk: Boolean },
  data: { isShown: false, direction: 'ltr', lines: [], buttons: [] },

  lifetimes: {
    attached() {
      try {
        this.layer = new FirstLayer(wx, options);
      } catch (e) {
        console.error('nod: nothing is shown or granted: ' + e);
        return;
      }
      void this.layer.send();
      this.under = this.screen = 'first';
      this.opened = [];
      if (this.data.mustAsk || this.layer.mustAsk()) this.draw();
      else this.finish();
    },
  },

  methods: {
    draw() {
      this.setData({ isShown: true, ...drawScreen(this.layer.document, this.screen, this.opened) });
    },

    show(screen) {
      this.screen = screen;
      this.opened = [];
      this.draw();
    },

    // A line that opens something.
    open(e) {
      const { page, key } = e.currentTarget.dataset;
      if (page) {
        this.under = this.screen;
        this.show(page);
        return;
      }
      this.opened = this.opened.includes(key) ? this.opened.filter((k) => k !== key) : this.opened.concat(key);
      this.draw();
    },

    async tap(e) {
      const action = e.currentTarget.dataset.do;
      if (action === 'back') this.show(this.under);
      else if (action === 'again') this.show('first');
      else if (action === 'disagree') {
        await this.layer.answer(false); // a refusal that can't be stored is asked again, and grants nothing
        this.show('basic');
      } else if (action !== 'agree' || (await this.layer.answer(true))) this.finish();
    },

    finish() {
      this.setData({ isShown: false });
      this.triggerEvent('done', { agreed: this.layer.hasAgreed() });
    },
  },
});

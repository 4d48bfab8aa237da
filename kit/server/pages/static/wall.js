// The wall's page: shows what the room sends, and comes back by itself.

import { countdown } from './countdown.js';
import { lineMark } from './line.js';
import { patch } from './patch.js';
import { follow } from './stream.js';

const room = JSON.parse(document.getElementById('room').textContent);
const screen = document.getElementById('screen');
const mark = document.getElementById('line');
const line = lineMark(mark, { soon: mark.dataset.say, late: mark.dataset.say });
const clock = countdown(screen, room.words);

follow(room.stream, {
  screen(html) {
    patch(screen, html);
    clock.restart();
  },
  line: line.set,
  refused(status) {
    if (status === 404) setTimeout(() => location.reload(), 5000);
  },
});

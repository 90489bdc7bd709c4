// On the page without a network: the tasks that this phone knew last and how old they are, or one
// of them with its buttons; what is pressed goes into the queue.

import * as kept from "./kept.js";
import { accountOf } from "./phone.js";
import * as queue from "./queue.js";
import { start as startForm } from "./task-form.js";

const TASKS = "/m/tasks";
const MINUTE_MS = 60_000;

/** Return day and minute in the language of the page. */
function moment(at) {
  return new Date(at).toLocaleString(document.documentElement.lang, {
    month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
}

class KeptTasks {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, account: accountOf(root) });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
  }

  async draw() {
    const { pathname } = window.location;
    if (pathname === "/m/spot") return;
    const report = document.querySelector("[data-part=report]");
    if (report) report.hidden = pathname.startsWith(TASKS);
    const found = await kept.read(this.account);
    if (!found && !pathname.startsWith(TASKS)) return;
    this.root.hidden = false;
    const rows = found ? await queue.list(this.account) : [];
    const tasks = (found?.tasks ?? []).map((task) => kept.projected(task, rows, found.follow));
    this.part("age").textContent = found ? this.age(found.at) : "";
    const id = pathname.startsWith(`${TASKS}/`) ? pathname.slice(TASKS.length + 1) : "";
    if (id) this.one(tasks.find((task) => task.id === id));
    else this.list(tasks, found);
  }

  /** "2026-03-02 09:30, 12 minutes ago" in the language of the page. */
  age(at) {
    const minutes = Math.max(0, Math.floor((Date.now() - at) / MINUTE_MS));
    const [unit, n] = minutes < 60 ? ["minutes", minutes]
      : minutes < 48 * 60 ? ["hours", Math.floor(minutes / 60)] : ["days", Math.floor(minutes / 1440)];
    return this.words.age.replace("{when}", moment(at)).replace("{ago}", this.words[unit].replace("{n}", n));
  }

  list(tasks, found) {
    const none = this.part("none");
    none.hidden = tasks.length > 0;
    none.textContent = found ? this.words.none : this.words.unknown;
    this.part("list").replaceChildren(...tasks.map((task) => this.line(task)));
  }

  line(task) {
    const item = this.part("row").content.cloneNode(true).firstElementChild;
    item.querySelector("a").href = `${TASKS}/${task.id}`;
    this.fill(item, task);
    return item;
  }

  fill(item, task) {
    const put = (name, text) => { item.querySelector(`[data-part=${name}]`).textContent = text; };
    item.querySelector("i").classList.add(`bi-${task.icon}`);
    item.querySelector("[data-part=red]").hidden = !task.red;
    item.querySelector("[data-part=waits]").hidden = !(task.waits || task.stopped);
    for (const name of ["category", "state", "words"]) put(name, task[name]);
    const due = task.due_at
      ? this.words.due.replace("{when}", moment(task.due_at)) : "";
    put("where", [task.number, task.where, task.place, due].filter(Boolean).join(" · "));
  }

  one(task) {
    this.part("list").replaceChildren(...(task ? [this.line(task)] : []));
    this.part("none").hidden = Boolean(task);
    this.part("none").textContent = this.words.unknown;
    if (!task?.acts.length) return;
    const form = this.part("form").content.cloneNode(true).querySelector("form");
    Object.assign(form.dataset, { incident: task.id, number: task.number, state: task.state });
    form.elements.version.value = task.version;
    const buttons = [...form.querySelectorAll("button[name=event]")];
    for (const button of buttons) if (!task.acts.includes(button.value)) button.remove();
    this.part("one").replaceChildren(form);
    this.part("one").hidden = false;
    startForm(form);
  }
}

/** Start on the section of kept tasks. */
export function start(root) {
  return new KeptTasks(root).draw();
}

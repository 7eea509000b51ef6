/* What needs script and no server: leaving the page, the document's language, native layers, and the small manners of
 * fields. No dependency, no eval, nothing inline: it runs under a strict Content-Security-Policy. The page is React's:
 * this file only listens, and touches attributes and values, never text or elements: that would break hydration. */
(() => {
  "use strict";

  const all = (selector, root) => [
    ...(root.nodeType === 1 && root.matches(selector) ? [root] : []),
    ...(root.querySelectorAll ? root.querySelectorAll(selector) : []),
  ];

  let clickedAt = 0;
  let listLeft = 0;
  document.addEventListener("click", () => (clickedAt = scrollY), true);

  /* What an attribute asks for, whenever it appears or changes. */
  const wishes = {
    /* Leave the app: after a forced sign-out, or for the acquirer's page. Only http(s) addresses. With data-once a tab
     * follows an address one time: the state of a tab that comes back still holds it until its page is loaded anew. */
    "data-leave": (element, address) => {
      if (!address || (element.hasAttribute("data-once") && !isFirst(`left:${address}`))) return;
      const url = new URL(address, location.href);
      if (url.protocol === "https:" || url.protocol === "http:") location.assign(url.href);
    },
    /* A topic has rung: the hidden button calls its page's loader. What is there from the start has been loaded. */
    "data-rings": (button, _count, before) => {
      if (before !== null) button.click();
    },
    /* What is chosen on the page stands in its address: a document or a server that begins anew finds it there. Nothing
     * is chosen while a page is not loaded yet: then the address is left as one came with it. */
    "data-address": (_element, query, before) => {
      if ((query || before) && location.search !== query) history.replaceState(history.state, "", location.pathname + query);
    },
    /* A phone shows a list or what is chosen of it: that begins at its top, and the list comes back where one left it. */
    "data-chosen": (desk, key, before) => {
      if (before === null || getComputedStyle(desk).gridTemplateColumns.includes(" ")) return;
      if (key && !before) listLeft = clickedAt;
      scrollTo({ top: key ? 0 : listLeft, behavior: "instant" });
    },
    /* A list that grows at its foot stays there. */
    "data-follows": (list) => {
      list.scrollTop = list.scrollHeight;
    },
    /* Something new is shown: the state hears of it once it is before somebody's eyes. */
    "data-seen": (button) => {
      if (document.visibilityState === "visible") button.click();
    },
    /* What is typed here outlives the field: a server that came back makes its page anew. */
    "data-keeps": (field, key) => {
      if (field.value) kept.set(key, field.value);
      else if (kept.get(key)) type(field, kept.get(key));
    },
    /* A message was taken: its words leave the field, what was typed after them stays. When the count falls back, the
     * server was another one for a while and may not have it: it is sent again under the same key, and taken once. */
    "data-sent": (field, count) => {
      const before = counts.get(field.id);
      counts.set(field.id, Number(count));
      const gone = typed.get(field.dataset.keeps);
      if (before === undefined || !gone || Number(count) === before) return;
      if (Number(count) < before) {
        if (field.value === gone.words) setTimeout(() => field.closest("form")?.requestSubmit(), 300);
        return;
      }
      typed.delete(field.dataset.keeps);
      if (field.value.startsWith(gone.words)) field.value = field.value.slice(gone.words.length).trimStart();
      kept.set(field.dataset.keeps, field.value);
    },
    /* The letters of a page's keys are on, unless they were switched off on this device. */
    "data-hotkeys": (box) => {
      box.checked = localStorage.getItem("hotkeys") !== "off";
    },
    "data-pulse": (button, seconds) => startPulse(button, Number(seconds)),
    "data-lang": (_element, code) => {
      if (code) document.documentElement.lang = code;
    },
    /* A dialog that the state opens and closes. */
    "data-open": (dialog, word) => {
      if (word === "true" && !dialog.open) dialog.showModal();
      if (word === "false" && dialog.open) dialog.close();
    },
    "data-seconds": (element, seconds) => startClock(element, Number(seconds)),
    "data-toast": (element) => startToast(element),
    /* What the page is there for takes the focus, if nothing else has it. */
    "data-focus": (element) => {
      if (document.activeElement === document.body) element.focus();
    },
    /* The first wrong field of a form that has just been sent takes the focus. */
    "aria-invalid": (element, word) => {
      const form = element.closest("form");
      if (word !== "true" || !form || !sent.has(form)) return;
      sent.delete(form);
      queueMicrotask(() => form.querySelector('[aria-invalid="true"]')?.focus());
    },
  };
  const sent = new WeakSet();
  const kept = new Map();
  const typed = new Map();
  const counts = new Map();
  const isFirst = (key) => {
    try {
      if (sessionStorage.getItem(key)) return false;
      sessionStorage.setItem(key, "1");
    } catch {
      /* A browser without storage: better to leave twice than never. */
    }
    return true;
  };

  const grant = (root) => {
    for (const [name, wish] of Object.entries(wishes))
      for (const element of all(`[${name}]`, root)) wish(element, element.getAttribute(name), null);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") {
        const word = change.target.getAttribute(change.attributeName);
        if (word !== null && word !== change.oldValue) wishes[change.attributeName](change.target, word, change.oldValue);
      } else for (const node of change.addedNodes) grant(node);
    }
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeOldValue: true,
    attributeFilter: Object.keys(wishes),
  });

  /* A clock that runs down to zero: «0:42». At zero its element gets data-over. */
  const clocks = new WeakMap();
  const startClock = (element, seconds) => {
    clearInterval(clocks.get(element));
    const end = performance.now() + seconds * 1000;
    const show = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      for (const face of all("[data-clock]", element)) face.setAttribute("data-clock", words);
      element.toggleAttribute("data-over", left === 0);
      if (left === 0 || !element.isConnected) clearInterval(clocks.get(element));
    };
    clocks.set(element, setInterval(show, 250));
    show();
  };

  /* A toast lives eight seconds; a pointer or the focus on it stops the time. At the end the state hears of it. */
  const startToast = (element) => {
    let left = 8000;
    const tick = setInterval(() => {
      if (!element.isConnected) return clearInterval(tick);
      if (element.matches(":hover, :focus-within")) return undefined;
      left -= 250;
      if (left > 0) return undefined;
      clearInterval(tick);
      return element.querySelector("[data-toast-end]")?.click();
    }, 250);
  };

  /* Type into a field that React watches: its own setter is bypassed, so that React sees a change. */
  const type = (field, value) => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  /* Six cells of a code: one digit each, and the whole code in the hidden field beside them. */
  const cellsOf = (box) => all("[data-cell]", box);
  const spread = (box, from, digits) => {
    const cells = cellsOf(box);
    [...digits].slice(0, cells.length - from).forEach((digit, step) => {
      cells[from + step].value = digit;
    });
    cells[Math.min(from + digits.length, cells.length - 1)].focus();
    gather(box);
  };
  const gather = (box) => {
    const cells = cellsOf(box);
    const code = cells.map((cell) => cell.value).join("");
    const whole = box.querySelector("input[type=hidden]");
    if (whole.value === code) return;
    type(whole, code);
    if (code.length === cells.length && box.dataset.code === "submits") box.closest("form")?.requestSubmit();
  };

  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.keeps) kept.set(target.dataset.keeps, target.value);
  });
  /* Keys of a page: a key presses what bears its place, or moves into it; J and K walk through the buttons of a list. By
   * place, so that Russian letters do as well; never while one types or a dialog is open. */
  const walk = (step) => {
    const rows = all("[data-walk] button", document).filter((row) => row.offsetParent);
    rows[Math.min(Math.max(rows.indexOf(document.activeElement) + step, 0), rows.length - 1)]?.focus();
  };
  const send = (form) => form?.requestSubmit(all("[type=submit]", form).find((each) => each.offsetParent));
  document.addEventListener("keydown", (event) => {
    const { code, target } = event;
    const control = event.ctrlKey || event.metaKey;
    if (control && code === "Enter" && target.matches("textarea[data-hotkey]")) return send(target.form);
    if (code === "Escape" && target.matches("[data-hotkey]")) return target.blur();
    const find = control && document.querySelector(`[data-find="${code}"]`);
    if (find?.offsetParent) {
      event.preventDefault();
      return find.focus();
    }
    const typing = target.closest?.("textarea, select, dialog, input:not([type=radio], [type=checkbox])");
    if (typing || control || event.altKey || localStorage.getItem("hotkeys") === "off") return undefined;
    if (code === "KeyJ" || code === "KeyK") return walk(code === "KeyJ" ? 1 : -1);
    const found = all(`[data-hotkey="${code}"]`, document).find((each) => each.offsetParent);
    if (!found) return undefined;
    event.preventDefault();
    return found.matches("textarea") ? found.focus() : found.click();
  });
  document.addEventListener("change", ({ target }) => {
    if ("hotkeys" in (target.dataset ?? {})) localStorage.setItem("hotkeys", target.checked ? "on" : "off");
  });
  /* A chip that offers a value is on while its field holds that value. */
  document.addEventListener("input", (event) => {
    for (const chip of all(`[data-fills="${event.target.name}"]`, document)) chip.checked = chip.value === event.target.value;
  });
  document.addEventListener("input", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || !("cell" in cell.dataset)) return;
    const box = cell.closest("[data-code]");
    const digits = cell.value.replace(/\D/g, "");
    cell.value = "";
    spread(box, cellsOf(box).indexOf(cell), digits);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.dataset && "cell" in event.target.dataset) event.target.select();
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || !("cell" in cell.dataset)) return;
    const box = cell.closest("[data-code]");
    const cells = cellsOf(box);
    const place = cells.indexOf(cell);
    const go = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: cells.length - 1 }[event.key];
    if (go !== undefined) {
      event.preventDefault();
      cells[Math.max(0, Math.min(go, cells.length - 1))].focus();
    } else if (event.key === "Backspace" && !cell.value && place > 0) {
      event.preventDefault();
      cells[place - 1].value = "";
      cells[place - 1].focus();
      gather(box);
    }
  });

  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.fills;
    const field = name && event.target.checked && document.getElementById(`field-${name}`);
    if (field) type(field, event.target.value);
  });
  document.addEventListener(
    "submit",
    (event) => {
      sent.add(event.target);
      const says = event.target.querySelector("[data-submitter]");
      if (says) says.value = event.submitter?.value || says.dataset.submitter;
      for (const field of all("[data-sent]", event.target)) {
        const known = typed.get(field.dataset.keeps);
        const key = known?.words === field.value ? known.key : (crypto.randomUUID?.() ?? "");
        typed.set(field.dataset.keeps, { words: field.value, key });
        event.target.querySelector("input[name=key]").value = key;
      }
    },
    true,
  );

  /* Enter sends a field of a talk, with Shift it begins a line. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches?.("[data-enter]") || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.closest("form")?.requestSubmit();
  });

  /* A beat for the server while the page is looked at; and what was shown behind another tab is seen now. */
  const startPulse = (button, seconds) => {
    const beat = setInterval(() => {
      if (!button.isConnected) return clearInterval(beat);
      if (document.visibilityState === "visible") button.click();
    }, seconds * 1000);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") for (const button of all("[data-seen]", document)) button.click();
  });

  /* Files of a form's draft: chosen, dropped or pasted they go up one after another, then the page looks anew. */
  const upload = async (form, files) => {
    if (!files.length) return;
    form.removeAttribute("data-upload-failed");
    form.setAttribute("data-uploading", "");
    for (const file of files) {
      const told = new URLSearchParams({ draft: form.dataset.uploads, name: file.name || "file", size: file.size });
      try {
        const headers = { "x-cabinet": "file" };
        const answer = await fetch(`${form.dataset.uploadsTo}?${told}`, { method: "POST", headers, body: file });
        if (!answer.ok && answer.status !== 422) form.setAttribute("data-upload-failed", "");
      } catch {
        form.setAttribute("data-upload-failed", "");
      }
    }
    form.removeAttribute("data-uploading");
    form.querySelector("[data-uploads-done]")?.click();
  };
  document.addEventListener("change", (event) => {
    const form = event.target.matches?.("[data-upload]") && event.target.closest("[data-uploads]");
    if (!form) return;
    upload(form, [...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => {
    const form = event.target.closest?.("[data-uploads]");
    if (!form || !event.clipboardData?.files.length) return;
    event.preventDefault();
    upload(form, [...event.clipboardData.files]);
  });
  document.addEventListener("dragover", (event) => {
    if (event.target.closest?.("[data-uploads]")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const form = event.target.closest?.("[data-uploads]");
    if (!form || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    upload(form, [...event.dataTransfer.files]);
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);

    const eye = at("[data-eye]");
    if (eye) {
      const box = eye.parentElement;
      const shown = box.toggleAttribute("data-shown");
      box.querySelector("input").type = shown ? "text" : "password";
      eye.setAttribute("aria-pressed", String(shown));
    }
    const copy = at("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.toggleAttribute("data-copied", true);
        setTimeout(() => copy.toggleAttribute("data-copied", false), 2000);
      });
    }
    if (at("[data-reload]")) location.reload();
    if (at("[data-closes-menu]")) at("[popover]")?.hidePopover();

    /* Browsers that do not know `command` and `closedby` yet. */
    const button = at("button[commandfor]");
    if (button && !("commandForElement" in HTMLButtonElement.prototype)) {
      const dialog = document.getElementById(button.getAttribute("commandfor"));
      if (button.getAttribute("command") === "show-modal") dialog?.showModal();
      else dialog?.close();
    }
    if (!("closedBy" in HTMLDialogElement.prototype) && event.target.matches?.('dialog[open][closedby="any"]')) {
      const box = event.target.getBoundingClientRect();
      const inside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
  });

  const start = () => grant(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  /* The service worker comes last: on a slow line it must not take turns with the page. */
  const enlist = () => {
    if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => {});
  };
  if (document.readyState === "complete") enlist();
  else addEventListener("load", enlist);
})();

// @ts-check
/** The switchboard of the virtual printer: shows its state and its papers, and turns the state. */

const POLL_MS = 1000;
/** In the middle of a slip: rasters of a slip have 25 to 50 kB. */
const MID_JOB_BYTES = 12000;

/** @type {Record<string, [string, string]>} */
const WORDS = {
  ok: ["Bình thường", "Well"],
  near_end: ["Sắp hết giấy", "Paper nearly at its end"],
  paper_end: ["Hết giấy", "Paper end"],
  cover_open: ["Mở nắp", "Cover open"],
  cutter: ["Kẹt dao cắt", "Knife stuck"],
  error: ["Lỗi máy in", "Fault"],
  offline: ["Ngoại tuyến", "Offline"],
  mute: ["In nhưng không trả lời", "Prints and never answers"],
  stall: ["Treo", "Stalls"],
  reset: ["Đứt kết nối giữa chừng", "Resets in mid-job"],
  one_connection: ["Chỉ nhận một kết nối", "One connection only"],
  off: ["Tắt nguồn", "Switched off"],
};

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const midJob = /** @type {HTMLInputElement} */ (element("mid-job"));
const shown = new Set();

/** @param {string} state */
async function turn(state) {
  const wish = midJob.checked && state !== "ok" ? { state, after_bytes: MID_JOB_BYTES } : { state };
  midJob.checked = false;
  await fetch("/state", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wish),
  });
  await refresh();
}

/** @param {string[]} states */
function makeButtons(states) {
  for (const state of states) {
    const [vietnamese, english] = WORDS[state] ?? [state, ""];
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.state = state;
    const words = document.createElement("span");
    const small = document.createElement("small");
    small.lang = "en";
    small.textContent = english;
    words.append(vietnamese, small);
    button.append(words);
    button.addEventListener("click", () => turn(state));
    element("states").append(button);
  }
}

/** @param {{state: string, states: string[], address: string, width_dots: number}} now */
function showState(now) {
  if (element("states").childElementCount === 0) makeButtons(now.states);
  for (const button of element("states").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.state === now.state));
  }
  element("summary").textContent = `${now.address} · ${now.width_dots} điểm`;
}

/** @param {{name: string, at: string, width: number, height: number}[]} papers newest first */
function showPapers(papers) {
  element("empty").hidden = papers.length > 0;
  for (const paper of [...papers].reverse()) {
    if (shown.has(paper.name)) continue;
    shown.add(paper.name);
    element("papers").prepend(paperItem(paper));
  }
  const names = new Set(papers.map((paper) => paper.name));
  for (const item of [...element("papers").children]) {
    const name = /** @type {HTMLElement} */ (item).dataset.name;
    if (name && !names.has(name)) {
      shown.delete(name);
      item.remove();
    }
  }
}

/** @param {{name: string, at: string, width: number, height: number}} paper */
function paperItem(paper) {
  const time = new Date(paper.at).toLocaleTimeString("vi");
  const image = document.createElement("img");
  image.src = `/papers/${paper.name}`;
  image.alt = `Phiếu in lúc ${time}`;
  image.width = paper.width;
  image.height = paper.height;
  const link = document.createElement("a");
  link.href = image.src;
  const label = document.createElement("time");
  label.dateTime = paper.at;
  label.textContent = time;
  link.append(image, label);
  const item = document.createElement("li");
  item.dataset.name = paper.name;
  item.append(link);
  return item;
}

async function refresh() {
  try {
    const [state, papers] = await Promise.all([fetch("/state"), fetch("/papers")]);
    showState(await state.json());
    showPapers(await papers.json());
  } catch {
    element("summary").textContent = "Máy in ảo đã dừng · The virtual printer has stopped";
  }
}

await refresh();
setInterval(refresh, POLL_MS);

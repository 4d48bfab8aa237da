// Makes what is on the page look like a fresh fragment and keeps the nodes that are the same, so that
// focus, typed words and running transitions live on. `data-key` names a node among its siblings;
// what stands in a `data-keep` node is left alone.

/** @param {Element} target @param {string} html */
export function patch(target, html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  children(target, template.content);
}

/** @param {Node} old @param {Node} fresh */
function children(old, fresh) {
  let here = old.firstChild;
  for (const wanted of Array.from(fresh.childNodes)) {
    const found = find(here, wanted);
    if (!found) {
      old.insertBefore(document.importNode(wanted, true), here);
      continue;
    }
    while (here !== found) here = drop(here);
    update(found, wanted);
    here = found.nextSibling;
  }
  while (here) here = drop(here);
}

/** The first sibling from `node` on that is the same thing as `wanted`. @param {Node|null} node @param {Node} wanted */
function find(node, wanted) {
  // What has no key never reaches over what has one: that would throw away a field for a paragraph behind it.
  while (node && !same(node, wanted) && (key(wanted) || !key(node))) node = node.nextSibling;
  return node && same(node, wanted) ? node : null;
}

/** @param {Node} a @param {Node} b */
function same(a, b) {
  return a.nodeName === b.nodeName && key(a) === key(b);
}

/** @param {Node} node */
function key(node) {
  if (!(node instanceof Element)) return '';
  return node.getAttribute('data-key') || node.id;
}

/** @param {ChildNode} node */
function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** @param {Node} old @param {Node} fresh */
function update(old, fresh) {
  if (!(old instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.hasAttribute('data-keep')) return;
  attributes(old, /** @type {Element} */ (fresh));
  children(old, fresh);
}

/** What people typed or chose lives in `value` and `checked`. @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  const field = old.nodeName === 'INPUT';
  const typed = (name) => field && (name === 'value' || name === 'checked');
  for (const { name, value } of Array.from(fresh.attributes)) {
    if (!typed(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of Array.from(old.attributes)) {
    if (!typed(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

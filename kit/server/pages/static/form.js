// The question's form: what is chosen and typed in it, and what was tapped.

/**
 * @typedef {{answer: string, letter: string, confidence: number|null, reason: string|null}} Vote
 */

/** @param {HTMLFormElement} form @param {string} answer @returns {Vote} */
export function read(form, answer) {
  const chosen = form.querySelector('[name="confidence"]:checked');
  return {
    answer,
    letter: letterOf(form, answer),
    confidence: chosen ? Number(chosen.value) : null,
    reason: typed(form) || null,
  };
}

/** The reason as it stands in the field. @param {ParentNode} root */
export function typed(root) {
  const field = root.querySelector('[name="reason"]');
  return field ? field.value.trim() : '';
}

/** @param {ParentNode} root @param {string} answer */
export function letterOf(root, answer) {
  const nodes = Array.from(root.querySelectorAll('[data-answer]'));
  const found = nodes.filter((node) => node.getAttribute('data-answer') === answer)[0];
  return found ? found.getAttribute('data-letter') : '';
}

/**
 * Tells its owner of each tap in the form, wherever the form of the moment stands below `root`.
 * @param {Element} root
 * @param {{answer: (form: HTMLFormElement, answer: string) => void, more: (form: HTMLFormElement) => void}} owner
 */
export function listen(root, owner) {
  root.addEventListener('click', (event) => {
    const button = /** @type {Element} */ (event.target).closest('button[data-answer]');
    if (!button) return;
    event.preventDefault();
    owner.answer(button.form, button.getAttribute('data-answer'));
  });
  // The save button, and Enter in the reason.
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    owner.more(/** @type {HTMLFormElement} */ (event.target));
  });
  root.addEventListener('change', (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === 'confidence') owner.more(field.form);
  });
}

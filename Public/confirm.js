// Asks before a form is sent whose button carries a question.

function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
}

function dialogFor(button) {
    const dialog = document.createElement("dialog");
    const body = element("div", "dialog-body", "");
    const foot = element("form", "dialog-foot", "");
    const heading = element("h2", "", button.textContent.trim());
    heading.id = "dialog-heading";
    dialog.setAttribute("aria-labelledby", heading.id);
    body.append(heading, element("p", "soft", button.dataset.confirm));
    foot.method = "dialog";
    const keep = element("button", "button is-secondary", "Go back");
    const go = element("button", `button ${filled(button)}`, button.textContent.trim());
    go.value = "go";
    foot.append(keep, go);
    dialog.append(body, foot);
    return dialog;
}

function filled(button) {
    return button.classList.contains("is-danger") ? "is-danger-fill" : "is-primary";
}

function ask(button) {
    const dialog = dialogFor(button);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
        dialog.remove();
        if (dialog.returnValue !== "go") return;
        // This sends the form without another click, so it is not asked again.
        button.form.requestSubmit(button);
    });
    dialog.showModal();
}

export function enableConfirmation() {
    document.addEventListener("click", (event) => {
        const button = event.target.closest("button[data-confirm]");
        if (!button || !button.form?.reportValidity()) return;
        event.preventDefault();
        ask(button);
    });
}

// Buttons that copy a text, and say so to those who look and to those who listen.

const status = document.createElement("p");
status.className = "toast";
status.setAttribute("role", "status");

async function copy(button) {
    try {
        await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
        selectBeside(button);
        return;
    }
    button.classList.add("is-done");
    status.textContent = button.getAttribute("aria-label").replace("Copy", "Copied:");
    setTimeout(() => {
        button.classList.remove("is-done");
        status.textContent = "";
    }, 2_000);
}

/** Where copying is not allowed, selects the text so that a key can copy it. */
function selectBeside(button) {
    const text = button.parentElement.querySelector("code");
    if (text) getSelection().selectAllChildren(text);
}

export function enableCopying() {
    document.body.append(status);
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-copy]");
        if (button) copy(button);
    });
}

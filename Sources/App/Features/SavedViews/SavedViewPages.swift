import Core
import Markup
import Web
import Wire

/// Keeps views of lists and forgets them; both lead back to the list.
enum SavedViewPages {
    static func add(to router: inout Router<Services>) {
        router.on(SavedViewRoutes.save, as: SignedInContext.self, save)
        router.on(SavedViewRoutes.remove, as: SignedInContext.self, remove)
    }

    private static func save(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let chosen = form.choice("list", ListName.self)
        let typed = form.text("name", length: 1...60)
        let query = try request.form()["query"] ?? ""
        guard let list = chosen, let back = list.path else {
            throw Problem.invalid("list", "unknown_value", "There is no such list.")
        }
        guard let name = typed else {
            return PortalPage.redirect(
                to: back,
                context,
                .failure,
                saying: "The view is not saved: give it a name of at most 60 characters."
            )
        }
        guard let view = NewSavedView(list, name: name, query: query) else {
            throw Problem.invalid("query", "bad_format", "This is no address of the list.")
        }
        let path = view.query.fields.isEmpty ? back : "\(back)?\(view.query.encoded)"
        return try await ConsoleAction.perform(
            context,
            backTo: path,
            saying: "The view “\(name)” is saved."
        ) { try await SavedViews(context.services).save(view, for: context.user) }
    }

    private static func remove(
        _ request: Request,
        _ context: SignedInContext,
        _ id: ID<SavedView>
    ) async throws -> Response {
        let view = try await SavedViews(context.services).remove(id, of: context.user)
        return PortalPage.redirect(
            to: view.path ?? Navigation.console.path(),
            context,
            saying: "The view “\(view.name)” is removed."
        )
    }
}

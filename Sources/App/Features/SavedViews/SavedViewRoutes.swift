import Core
import Web

/// Where views of lists are kept and forgotten, the console's too.
enum SavedViewRoutes {
    static let save = Route(.post, "/views")
    static let remove = Route(.post, "/views/:id/removal", ID<SavedView>.self)
}

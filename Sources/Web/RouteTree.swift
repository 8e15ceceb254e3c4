/// Finds the entry for a path among all routes, literals before parameters.
struct RouteTree<Entry: Sendable>: Sendable {
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var entries: [Method: Entry] = [:]
    }

    /// What a path leads to.
    enum Result {
        case found(Entry, parameters: [String])
        /// The path exists for other methods only.
        case otherMethods(Set<Method>)
        case nothing
    }

    private var nodes = [Node()]
    /// Where paths without parameters lead as they are usually written; most of what is asked.
    private var literalPaths: [String: Int] = [:]

    mutating func add(_ entry: Entry, _ method: Method, _ shape: PathPattern) {
        var place = 0
        for segment in shape.segments {
            let known =
                switch segment {
                case .literal(let text): nodes[place].literals[text]
                case .parameter: nodes[place].parameter
                }
            let next = known ?? nodes.count
            if known == nil { nodes.append(Node()) }
            switch segment {
            case .literal(let text): nodes[place].literals[text] = next
            case .parameter: nodes[place].parameter = next
            }
            place = next
        }
        nodes[place].entries[method] = entry
        if shape.parameterNames.isEmpty { literalPaths[shape.text] = place }
    }

    func find(_ path: String, _ method: Method?) -> Result {
        if let method, let place = literalPaths[path], let entry = nodes[place].entries[method] {
            return .found(entry, parameters: [])
        }
        guard let segments = rawSegments(of: path) else { return .nothing }
        var search = Search(segments: segments, method: method)
        search.visit(0, 0, nodes)
        if let entry = search.found { return .found(entry, parameters: search.parameters) }
        return search.others.isEmpty ? .nothing : .otherMethods(search.others)
    }

    private struct Search {
        let segments: [String]
        let method: Method?
        var parameters: [String] = []
        var found: Entry?
        var others: Set<Method> = []

        mutating func visit(_ place: Int, _ depth: Int, _ nodes: [Node]) {
            guard depth < segments.count else {
                if let method, let entry = nodes[place].entries[method] { found = entry }
                others.formUnion(nodes[place].entries.keys)
                return
            }
            if let next = nodes[place].literals[segments[depth]] {
                visit(next, depth + 1, nodes)
                if found != nil { return }
            }
            if let next = nodes[place].parameter, let text = decodedSegment(segments[depth]) {
                parameters.append(text)
                visit(next, depth + 1, nodes)
                if found == nil { parameters.removeLast() }
            }
        }
    }
}

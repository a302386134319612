/// What a settings script says: which projects there are, where they lie, and which other builds belong to this one.
///
/// Conditions count as met. What code computes is not read, and is told apart in `computed`.
struct GradleSettings: Sendable {
    struct Include: Sendable {
        /// `:a:b`.
        var path: String
        /// Whether it lies beside the build (`includeFlat`).
        var isFlat: Bool
        var line: Int
    }

    struct IncludedBuild: Sendable {
        var path: String
        var line: Int
    }

    struct Catalog: Sendable {
        var name: String
        /// The file it comes from, as written; `nil` when it is declared in place or comes from outside.
        var file: String?
        var line: Int
    }

    /// Something that code decides, so that it cannot be read here.
    struct Computed: Sendable {
        var what: String
        var line: Int
    }

    var rootName: String?
    var includes: [Include] = []
    /// Directories given to projects, by their path.
    var directories: [String: (path: String, line: Int)] = [:]
    var names: [String: String] = [:]
    var builds: [IncludedBuild] = []
    var catalogs: [Catalog] = []
    var plugins: [String] = []
    /// Files of `apply from:`.
    var scripts: [(path: String, line: Int)] = []
    /// Code decides which projects there are, or where they lie.
    var computed: [Computed] = []
    /// The other statements, which may configure every project.
    var statements: [GradleScript.Statement] = []

    init() {}

    init(parsing bytes: [UInt8], isKotlin: Bool) throws(GradleProblem) {
        let nodes = try GradleLexer.parse(bytes, isKotlin: isKotlin)
        for statement in GradleStatements.split(nodes) {
            var reader = GradleSettingsReader()
            let isStructure = reader.isStructure(statement)
            reader.statement(statement, GradleSettingsReader.Context())
            add(reader.settings)
            guard !isStructure, let first = statement.first else { continue }
            let names = GradleCall.read(statement, at: statement.startIndex)?.names ?? []
            guard names.first != "import" else { continue }
            let field = names.prefix(3).joined(separator: ".")
            statements.append(
                GradleScript.Statement(
                    field: field.isEmpty ? "script" : field, text: GradleNode.canonicalText(statement),
                    line: first.line, reach: .below))
        }
    }

    /// Adds what another script says that this one applies.
    mutating func add(_ other: GradleSettings) {
        rootName = other.rootName ?? rootName
        includes += other.includes
        directories.merge(other.directories) { $1 }
        names.merge(other.names) { $1 }
        builds += other.builds
        catalogs += other.catalogs
        plugins += other.plugins
        scripts += other.scripts
        computed += other.computed
    }
}

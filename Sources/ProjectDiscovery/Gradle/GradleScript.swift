/// What a build script says, as far as it can be read without running it.
///
/// Conditions count as met and loops as run: what stands in them is taken to happen.
struct GradleScript: Sendable {
    /// Whom a top-level statement of a script concerns besides the script's own project.
    enum Reach: Sendable, Hashable {
        /// Nobody.
        case own
        /// All projects below: what the script puts on its class path or configures for them.
        case below
        /// One project, by its path.
        case project(String)
    }

    /// Where in a script something was read.
    struct Place: Sendable {
        var line: Int
        var reach: Reach
        /// Whether it is in a block that configures other projects, such as `subprojects { }`.
        var isShared: Bool
        var isTest: Bool
    }

    /// One use of a project.
    struct ProjectUse: Sendable {
        enum Target: Sendable, Hashable {
            case path(String)
            /// `:x:jar`, which names a task of a project.
            case task(String)
            /// `projects.fooBar.baz`, without its first word.
            case accessor([String])
            /// All projects whose path begins so: code decides the rest.
            case prefix(String)
        }

        var target: Target
        var place: Place
        /// The configuration or method it is passed to.
        var call: String?
        var isInDependencies: Bool
        /// A constraint puts nothing on a class path; only versions matter.
        var isConstraint: Bool
        /// Whether it takes what the other project's tests are made of.
        var takesTests: Bool
    }

    struct PluginUse: Sendable, Hashable {
        var id: String
        var line: Int
        var reach: Reach
        /// Whether a block for other projects applies it.
        var isShared: Bool
    }

    /// A script that `apply from:` names; the path is `nil` when code decides it.
    struct Applied: Sendable {
        var path: String?
        var line: Int
        var reach: Reach
        var isShared: Bool
    }

    /// A chain of names such as `libs.kotlin.stdlib`, of which the first may be a version catalog.
    struct Chain: Sendable, Hashable {
        var names: [String]
        var line: Int
        var reach: Reach
    }

    /// A text, which may be the path of a file or the coordinates of a component.
    struct Text: Sendable, Hashable {
        var text: String
        var line: Int
        var reach: Reach
    }

    /// A top-level statement, to compare versions of a script.
    struct Statement: Sendable {
        /// Its first names, such as `subprojects`.
        var field: String
        var text: String
        var line: Int
        var reach: Reach
    }

    var projects: [ProjectUse] = []
    var plugins: [PluginUse] = []
    var chains: Set<Chain> = []
    /// Names that `findLibrary` and its like ask catalogs for; `nil` when code decides.
    var finds: [(name: String?, line: Int, reach: Reach)] = []
    var scripts: [Applied] = []
    /// Ids of plugins that the project defines in `gradlePlugin { }`.
    var definedPlugins: [String] = []
    /// Whether code decides the id of one of them.
    var definesComputedPlugins = false
    /// Whether a plugin is applied by its class.
    var appliesClasses = false
    var texts: Set<Text> = []
    var statements: [Statement] = []
    var group: String?
    /// Whether it says the version of its project.
    var saysVersion = false
    /// The package of a precompiled Kotlin script.
    var package = ""

    init() {}

    init(parsing bytes: [UInt8], isKotlin: Bool) throws(GradleProblem) {
        let nodes = try GradleLexer.parse(bytes, isKotlin: isKotlin)
        var walker = GradleScriptWalker()
        for statement in GradleStatements.split(nodes) { walker.topLevel(statement) }
        self = walker.script
    }
}

internal import ArgumentParser
internal import ChangeDetection

enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

enum UnknownChoice: String, ExpressibleByArgument, CaseIterable { case all, fail }

/// Which two versions are compared.
struct ComparisonOptions: ParsableArguments {
    @Option(
        name: .customLong("base"),
        help: ArgumentHelp(
            "Compare with the merge base of REV and the head.", valueName: "REV"))
    var base: String?

    @Option(name: .customLong("head"), help: ArgumentHelp("Look at REV instead of the working tree.", valueName: "REV"))
    var head: String?

    @Flag(name: .customLong("direct"), help: "Compare with the base itself instead of the merge base.")
    var direct = false

    @Option(
        name: .customLong("files-from"),
        help: ArgumentHelp(
            "Take the paths in FILE (- for standard input; separated by NUL or newlines) as changed instead of asking git.",
            valueName: "FILE"))
    var filesFrom: String?

    @Flag(name: .customLong("all"), help: "Select everything; caches still apply.")
    var all = false

    @Option(
        name: .customLong("on-unknown"),
        help: ArgumentHelp(
            "When the base cannot be found: select all, or fail with exit code 3.", valueName: "all|fail"))
    var onUnknown: UnknownChoice = .all

    @Flag(
        name: .customLong("deepen"),
        help: "In a shallow clone, let git fetch the history, branch or commit that is missing.")
    var deepen = false

    @Flag(
        name: .customLong("ledger"),
        help: ArgumentHelp(
            "On the default branch, compare every task with the newest commit at which it was green, as 'ripple run "
                + "--ledger' recorded it in the cache."))
    var ledger = false

    func request(_ context: ProcessContext) -> ComparisonRequest {
        var request = ComparisonRequest()
        request.baseFlag = base
        request.headFlag = head
        request.environmentBase = context.value("RIPPLE_BASE")
        request.environmentHead = context.value("RIPPLE_HEAD")
        request.direct = direct
        request.everything = all
        request.deepen = deepen
        request.environment = context.environment
        request.eventPayload = context.eventPayload
        request.onUnknown = onUnknown == .all ? .all : .fail
        return request
    }
}

/// How the answer is given.
struct OutputOptions: ParsableArguments {
    @Option(name: .customShort("C"), help: ArgumentHelp("Start in DIR.", valueName: "DIR"))
    var directory: String?

    @Flag(name: .customLong("quiet"), help: "Say nothing but the answer, warnings and errors.")
    var quiet = false

    @Flag(name: .customLong("verbose"), help: "Say more.")
    var verbose = false

    @Option(name: .customLong("color"), help: ArgumentHelp("Color the output.", valueName: "auto|always|never"))
    var color: ColorChoice = .auto

    @Flag(name: .customLong("no-progress"), help: "Draw no live progress.")
    var noProgress = false
}

enum TextOrJSON: String, ExpressibleByArgument, CaseIterable { case text, json }

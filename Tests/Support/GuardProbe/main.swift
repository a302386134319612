// A program for GuardTests: it starts the guard and then the kind of children that like to stay behind, prints
// `guard PID`, `worker PID` and `child PID` lines, and waits. Children inherit standard output, so that its reader sees
// the end of the pipe exactly when the last of them is gone.
//
//   wait      the worker waits for a signal with its default meaning
//   graceful  the worker reports two SIGINTs and then ends with 130
//   exit      the worker ends with 7 at the first line that it reads
//   sweep     the worker kills its descendants at the first line, and ends with 0 at the second

internal import CProcessGuard
internal import Glibc

/// Each prints its own process id; all of them but the last leave their parent, group or session.
let children = [
    "setsid sh -c 'echo child $$; exec sleep 1000' &",
    "( ( sh -c 'echo child $$; exec sleep 1000' & ) & )",
    "( setsid sh -c 'sh -c \"echo child \\$\\$; exec sleep 1000\" & echo child $$; wait' & )",
    "sh -c 'trap \"\" HUP INT TERM; echo child $$; while :; do sleep 1000; done' &",
    "echo child $$; exec sleep 1000",
]

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

func awaitLine() {
    var byte: UInt8 = 0
    _ = read(STDIN_FILENO, &byte, 1)
}

func start(_ script: String) {
    let words = ["sh", "-c", script].map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
    defer { words.forEach { free($0) } }
    var pid: pid_t = 0
    _ = posix_spawn(&pid, "/bin/sh", nil, nil, words + [nil], environ)
}

let mode = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "wait"
let visible = getpid()
guard ripple_guard_start() == 0 else { exit(70) }
say("guard \(visible)")
say("worker \(getpid())")

var interrupt = sigset_t()
sigemptyset(&interrupt)
sigaddset(&interrupt, SIGINT)
// Only after the children were started: a blocked signal stays blocked in them.
children.forEach(start)

switch mode {
case "exit":
    awaitLine()
    exit(7)
case "sweep":
    awaitLine()
    ripple_guard_kill_descendants()
    say("swept")
    awaitLine()
    exit(0)
case "graceful":
    sigprocmask(SIG_BLOCK, &interrupt, nil)
    say("ready")
    for count in 1...2 {
        var signal: CInt = 0
        sigwait(&interrupt, &signal)
        say("interrupt \(count)")
    }
    exit(130)
default:
    while true { pause() }
}

internal import ArgumentParser
internal import CProcessGuard
internal import Diagnostics
internal import Glibc

struct RippleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ripple",
        abstract: "Builds only what a change touches.",
        discussion: """
            Ripple compares two versions of a git repository, finds the projects and tasks that the change affects, plans \
            the least work and runs it, reusing every result that is still valid.
            """,
        version: "0.1.0",
        subcommands: [
            AffectedCommand.self, PlanCommand.self, RunCommand.self, GraphCommand.self, WhyCommand.self,
            BaseCommand.self, CheckCommand.self, DoctorCommand.self,
            CacheCommand.self,
        ])
}

/// A command that ends with an answer, an exit code or an error.
protocol AnsweringCommand: ParsableCommand {
    var output: OutputOptions { get }
    func answer(_ context: ProcessContext, _ console: Console) throws
}

extension AnsweringCommand {
    func run() throws {
        if let directory = output.directory, chdir(directory) != 0 {
            throw CommandError(.user, "-C \(directory): \(String(cString: strerror(errno))).")
        }
        let context = ProcessContext.current()
        try answer(context, Console(output, context))
    }
}

/// The program: parses the arguments, runs the command, maps every failure to its exit code.
package enum RippleProgram {
    /// Runs the command line and ends the process.
    package static func main(_ arguments: [String]) -> Never {
        // The guard must split off before any thread exists. It is for runs only: nothing else starts tasks.
        if arguments.first == "run", !arguments.contains("--help"), !arguments.contains("-h") {
            _ = ripple_guard_start()
        }
        exit(run(arguments))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try RippleCommand.parseAsRoot(arguments)
            try command.run()
            return 0
        } catch let exit as ExitWith {
            return exit.code
        } catch let error as any ClassifiedError {
            report(error.message)
            return error.fault.exitCode
        } catch {
            let code = RippleCommand.exitCode(for: error)
            let text = RippleCommand.fullMessage(for: error)
            if code == .success {
                Console.write(Array("\(text)\n".utf8), to: STDOUT_FILENO)
                return 0
            }
            Console.write(Array("\(text)\n".utf8), to: STDERR_FILENO)
            // A wrong flag is worded by the argument parser; any other error without a class is a defect.
            return code == .validationFailure ? FaultClass.user.exitCode : FaultClass.internal.exitCode
        }
    }

    private static func report(_ message: String) {
        let color = isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil
        let label = color ? "\u{1B}[31merror:\u{1B}[0m" : "error:"
        Console.write(Array("\(label) \(message)\n".utf8), to: STDERR_FILENO)
    }
}

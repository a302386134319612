internal import RippleCommands

RippleProgram.main(Array(CommandLine.arguments.dropFirst()))

/** What the commands that work on AWS do in the sandbox too; see fromSandbox.ts. */
export { previewDigest } from "./digest";
export { sandboxFacts } from "./doctor";
export { sandboxDrift } from "./drift";
export { withSandboxShards } from "./fleet";
export { withSandboxStates } from "./fleetStates";
export { fromSandboxServer, sandboxOutputs } from "./exportSource";
export { onMigratingServer } from "./migration";
export { previewRevision, previewStack } from "./previewRevision";
export { onSandboxServers } from "./sessions";
export { deploymentOf, liveSandbox, stateOf } from "./stacks";

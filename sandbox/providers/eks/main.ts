import { fstatSync } from "node:fs";

import { version } from "@pulumi/eks/package.json";
import { main } from "@pulumi/pulumi/provider";

import { EksStandIn } from "./provider";

// The engine holds the other end of our standard input's pipe for as long as it lives.
if (fstatSync(0).isFIFO()) {
    const end = (): void => process.exit(0);
    process.stdin.on("end", end).on("error", end).resume();
}
void main(new EksStandIn(version), process.argv.slice(2));

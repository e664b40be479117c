import { accessRefusals } from "./access";
import { coreRefusals } from "./core";
import { podRefusals } from "./pods";
import { workloadRefusals } from "./workloads";

export const refusals = [...coreRefusals, ...podRefusals, ...workloadRefusals, ...accessRefusals];

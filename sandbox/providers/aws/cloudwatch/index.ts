import { logGroup } from "./logGroup";

export const cloudwatch = [logGroup];

export { clusterInvariants as invariants } from '../../protocols/cluster/judges/index.ts'

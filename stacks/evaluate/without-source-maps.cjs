// Before Pulumi's runner starts: it loads source-map-support, which reads the source map of each file in the trace that the
// SDK takes for each resource. Nobody reads these positions here, and they would take a tenth of a program's time.
const Module = require('node:module');

const load = Module._load;
Module._load = (request, ...others) =>
  request === 'source-map-support/register' ? {} : load(request, ...others);

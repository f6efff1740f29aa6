// As people wrote programs in January 2024.
const pulumi = require('@pulumi/pulumi');

class Zone extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super('aws:route53/zone:Zone', name, { zoneId: undefined, ...args }, opts);
  }
}

const zone = new Zone('zone', { name: new pulumi.Config().require('name') }, { protect: true });
exports.zoneId = zone.zoneId;

const { AwsSolutionsChecks } = require('cdk-nag');

exports.awsSolutionsChecks = (app) => new AwsSolutionsChecks(app);

// One line a test, what failed in full, and a last line that says how many.

import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Lines implements Reporter {
  private passed = 0;
  private failed = 0;

  onTestEnd(test: TestCase, result: TestResult) {
    if (result.status === 'skipped') return;
    const ok = result.status === test.expectedStatus;
    const again = !ok && result.retry < test.retries;
    const name = test.titlePath().filter(Boolean).join(' › ');
    const word = again ? 'again' : ok ? 'ok' : 'not ok';
    console.log(`${word} ${name} (${(result.duration / 1000).toFixed(1)} s)`);
    if (ok) this.passed += 1;
    else if (!again) this.failed += 1;
    for (const error of result.errors) console.log(error.stack ?? error.message ?? '');
    for (const kept of ok ? [] : result.attachments) if (kept.path) console.log(`   ${kept.name}: ${kept.path}`);
  }

  onError(error: { message?: string }) {
    this.failed += 1;
    console.log(`not ok ${error.message ?? 'the tests could not begin'}`);
  }

  onEnd(result: FullResult) {
    // A run that was cut short must not look like one that held.
    if (result.status !== 'passed' && this.failed === 0) this.failed = 1;
    console.log(`${this.passed} passed, ${this.failed} failed`);
  }

  printsToStdio() {
    return true;
  }
}

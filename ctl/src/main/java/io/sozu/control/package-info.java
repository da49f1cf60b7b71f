/** Orders and answers, their JSON form, and how messages are cut from a stream. */
package io.sozu.control;
